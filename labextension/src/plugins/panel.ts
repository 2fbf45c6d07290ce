import {
  ILabShell,
  ILayoutRestorer,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import { jump, reveal } from '../cells';
import { PANEL_ID, PromotePanel } from '../panel';
import { Words } from '../memory';
import { runActionsFor } from '../runactions';
import { IInspections, IPromotions, IRunners, commands } from '../tokens';
import type { IActions } from '../views/panel';

/** What we need of a document that JupyterLab opened in its editor. */
interface IOpened {
  context: { ready: Promise<void> };
  content: { editor?: CodeEditor.IEditor };
}

/** The side panel with the plan, in JupyterLab and in Notebook 7. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_promote:panel',
  description: 'A side panel with the plan for the notebook in front.',
  autoStart: true,
  requires: [IPromotions, IInspections, IRunners],
  optional: [ILabShell, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    promotions: IPromotions,
    inspections: IInspections,
    runners: IRunners,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null
  ): void => {
    const actions = actionsOf(app, promotions);
    const panel = new PromotePanel(
      promotions,
      inspections,
      runners,
      actions,
      runner => runActionsFor(app, runner),
      new Words(window.sessionStorage, 'panel')
    );
    if (!labShell) {
      panel.title.label = 'Promote'; // Notebook 7 lists panels by label
    }
    app.shell.add(panel, 'right', { rank: 550 });
    restorer?.add(panel, PANEL_ID);
    const show = (
      tab: 'flags' | 'runs',
      label: string,
      caption: string
    ): void => {
      app.commands.addCommand(commands[tab], {
        label,
        caption,
        describedBy: { args: { type: 'object', properties: {} } },
        isEnabled: () => promotions.current !== null,
        execute: () => {
          panel.select(tab);
          app.shell.activateById(PANEL_ID);
        }
      });
    };
    show('flags', 'Show Flags', 'Show what the checks find in this notebook');
    show('runs', 'Run with Parameters…', 'Run or sweep this notebook');
  }
};

function actionsOf(app: JupyterFrontEnd, promotions: IPromotions): IActions {
  return {
    jump: cell => {
      const session = promotions.current;
      const id = session?.state.cells[cell]?.id;
      if (session && id) {
        void jump(session.notebook, id);
      }
    },
    preview: path =>
      void app.commands.execute(commands.preview, { path: path ?? '' }),
    open: path => void app.commands.execute('docmanager:open', { path }),
    target: to => promotions.current?.target(to),
    prove: prove => promotions.current?.prove(prove),
    write: () => void promotions.current?.write(),
    cancel: () => void promotions.current?.cancel(),
    dismiss: () => promotions.current?.dismiss(),
    runTests: () => void promotions.current?.runTests(),
    cancelTests: () => void promotions.current?.cancelTests(),
    openTest: (path, test) => void openTest(app, path, test),
    tag: () => void app.commands.execute(commands.tag)
  };
}

/** Open a written file in the text editor, where the test is. */
async function openTest(
  app: JupyterFrontEnd,
  path: string,
  test: string
): Promise<void> {
  const factory = 'Editor';
  const widget = await app.commands.execute('docmanager:open', {
    path,
    factory
  });
  const opened = widget as Partial<IOpened> | null;
  await opened?.context?.ready;
  const editor = opened?.content?.editor;
  if (editor) {
    reveal(editor, test);
  }
}

export default plugin;
