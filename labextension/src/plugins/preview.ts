import {
  ILabShell,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Dialog, MainAreaWidget, showDialog } from '@jupyterlab/apputils';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { promoteIcon } from '../icon';
import type { Session } from '../model';
import { Preview } from '../preview';
import { IPromotions, commands } from '../tokens';

/** A tab with every file that would be written; a dialog in Notebook 7. */
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
        const path = typeof args.path === 'string' ? args.path : '';
        if (!labShell) {
          return showOver(session, editors, path);
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
          app.shell.add(widget, 'main', {
            ref: session.notebook.id,
            mode: 'tab-after'
          });
        }
        widget.content.select(path);
        app.shell.activateById(id);
      }
    });
  }
};

/** Notebook 7 has no tabs: there the preview lies over the page. */
async function showOver(
  session: Session,
  editors: IEditorServices,
  path: string
): Promise<void> {
  const body = new Preview(session, editors);
  body.addClass('jp-Promote-over');
  body.select(path);
  const buttons = [Dialog.okButton({ label: 'Close' })];
  await showDialog({ title: `Preview: ${session.state.name}`, body, buttons });
}

export default plugin;
