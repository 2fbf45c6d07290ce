import {
  ILabShell,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification, showErrorMessage } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { jump } from '../cells';
import { Comparison } from '../comparison';
import type { ICopy } from '../copies';
import { Tab } from '../tabs';
import { IPromotions, commands } from '../tokens';
import { Unification, applied } from '../unification';
import type { UnifiedWire } from '../wire';
import { count, sentence } from '../words';

const STAY_MS = 8000;
const ARGS = { args: { type: 'object', properties: {} } } as const;

/** Copies side by side, and one function in place of them. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_promote:copies',
  description: 'Compares copies of code, and makes one function of them.',
  autoStart: true,
  requires: [IPromotions, IEditorLanguageRegistry],
  optional: [ILabShell],
  activate: (
    app: JupyterFrontEnd,
    promotions: IPromotions,
    languages: IEditorLanguageRegistry,
    labShell: ILabShell | null
  ): void => {
    const tab = new Tab(app, labShell, 'jupyter-promote-copies');
    const python = (): ConstructorParameters<typeof Comparison>[1] =>
      languages.getLanguage('python').then(found => found?.support ?? []);
    app.commands.addCommand(commands.compare, {
      label: 'Compare Copies',
      describedBy: ARGS,
      isVisible: () => false,
      execute: args => {
        const sides = args.sides as unknown as [ICopy, ICopy];
        const notebook = promotions.current?.notebook;
        const content = new Comparison(sides, python());
        tab.show(content, 'Compare copies', notebook?.id ?? '');
      }
    });
    app.commands.addCommand(commands.unify, {
      label: 'Make a Function of Copies',
      describedBy: ARGS,
      isVisible: () => false,
      execute: args => {
        const found = args.found as unknown as UnifiedWire;
        const notebook = promotions.current?.notebook;
        if (found.obstacle || !notebook) {
          return refuse(found);
        }
        const content = new Unification(found, python(), () => {
          if (apply(notebook, found)) {
            tab.close();
          }
        });
        tab.show(content, `Make ${found.name}`, notebook.id);
      }
    });
  }
};

async function refuse({ obstacle }: UnifiedWire): Promise<void> {
  const { message = '', hint = '' } = obstacle ?? {};
  const text = `${sentence(message)} ${sentence(hint)}`.trim();
  await showErrorMessage("These copies can't become one function", text);
}

/** Tell what was done, with a way back. */
function apply(notebook: NotebookPanel, found: UnifiedWire): boolean {
  const autoClose = STAY_MS;
  if (!applied(notebook, found)) {
    const text =
      'The notebook has changed meanwhile. Ask for the function anew.';
    Notification.warning(text, { autoClose });
    return false;
  }
  void jump(notebook, found.new_id);
  const copies = count(found.copies.length, 'copy', 'copies');
  const undo = (): void => void notebook.model?.sharedModel.undo();
  Notification.success(`${copies} replaced by calls of ${found.name}().`, {
    autoClose,
    actions: [{ label: 'Undo', callback: undo }]
  });
  return true;
}

export default plugin;
