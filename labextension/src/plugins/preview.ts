import {
  ILabShell,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { promoteIcon } from '../icon';
import { Preview } from '../preview';
import { IPromotions, commands } from '../tokens';

/** A tab with every file that would be written; below the notebook in Notebook 7. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_promote:preview',
  description: 'A preview of every file that would be written.',
  autoStart: true,
  requires: [IPromotions, IEditorServices],
  optional: [ILabShell],
  activate: (
    app: JupyterFrontEnd,
    promotions: IPromotions,
    editors: IEditorServices,
    labShell: ILabShell | null
  ): void => {
    const open = new Map<string, MainAreaWidget<Preview>>();
    app.commands.addCommand(commands.preview, {
      label: 'Preview Promoted Files',
      describedBy: {
        args: { type: 'object', properties: { path: { type: 'string' } } }
      },
      isEnabled: () => promotions.current !== null,
      execute: args => {
        const session = promotions.current;
        if (!session) {
          return;
        }
        const id = `jupyter-promote-preview-${session.notebook.id}`;
        const widget =
          open.get(id) ??
          new MainAreaWidget({ content: new Preview(session, editors) });
        if (!open.has(id)) {
          widget.id = id;
          widget.title.icon = promoteIcon;
          widget.title.label = `Preview: ${session.state.name}`;
          widget.toolbar.hide();
          open.set(id, widget);
          widget.disposed.connect(() => open.delete(id));
          app.shell.add(widget, labShell ? 'main' : 'down', {
            ref: session.notebook.id,
            mode: 'tab-after'
          });
        }
        widget.content.select(typeof args.path === 'string' ? args.path : '');
        app.shell.activateById(id);
      }
    });
  }
};

export default plugin;
