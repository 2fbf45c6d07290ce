import {
  ILabShell,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Dialog, MainAreaWidget, showDialog } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { Comparison } from '../comparison';
import type { ICopy } from '../copies';
import { promoteIcon } from '../icon';
import { IPromotions, commands } from '../tokens';

/** A tab with two copies side by side; a dialog in Notebook 7. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_promote:compare',
  description: 'Shows two copies of some code side by side.',
  autoStart: true,
  requires: [IPromotions, IEditorLanguageRegistry],
  optional: [ILabShell],
  activate: (
    app: JupyterFrontEnd,
    promotions: IPromotions,
    languages: IEditorLanguageRegistry,
    labShell: ILabShell | null
  ): void => {
    let last: MainAreaWidget<Comparison> | null = null;
    app.commands.addCommand(commands.compare, {
      label: 'Compare Copies',
      describedBy: {
        args: { type: 'object', properties: { sides: { type: 'array' } } }
      },
      isVisible: () => false,
      execute: async args => {
        const sides = args.sides as unknown as [ICopy, ICopy];
        const python = languages
          .getLanguage('python')
          .then(found => found?.support ?? []);
        const content = new Comparison(sides, python);
        if (!labShell) {
          content.addClass('jp-Promote-over');
          const buttons = [Dialog.okButton({ label: 'Close' })];
          await showDialog({ title: 'Compare', body: content, buttons });
          return;
        }
        last?.dispose();
        last = new MainAreaWidget({ content });
        last.id = 'jupyter-promote-comparison';
        last.title.icon = promoteIcon;
        last.title.label = 'Compare copies';
        last.toolbar.hide();
        const ref = promotions.current?.notebook.id;
        app.shell.add(last, 'main', { ref, mode: 'split-bottom' });
        app.shell.activateById(last.id);
      }
    });
  }
};

export default plugin;
