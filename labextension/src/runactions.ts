// What the Runs tab asks of JupyterLab.
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { jumpToLine } from './cells';
import type { Runner } from './runner';
import { commands } from './tokens';
import type { IRunActions } from './views/runs';

/** What we need of a document that JupyterLab opened. */
interface IOpened {
  context: {
    isReady: boolean;
    model: { dirty: boolean };
    revert: () => Promise<void>;
    sessionContext: { kernelPreference: object };
  };
}

export function runActionsFor(
  app: JupyterFrontEnd,
  runner: Runner
): IRunActions {
  return {
    act: event => runner.act(event),
    start: () => void runner.start(),
    cancel: () => void runner.cancel(),
    dismiss: () => runner.dismiss(),
    refresh: () => void runner.list(),
    open: path => {
      runner.opened(path);
      void openOutput(app, path);
    },
    jump: cell => {
      app.shell.activateById(runner.notebook.id);
      void jumpToLine(runner.notebook, cell, null);
    },
    back: () => app.shell.activateById(runner.notebook.id),
    tag: () => void app.commands.execute(commands.tag)
  };
}

/**
 * Open an output, to be read: no kernel is started for it. A tab that shows an older one is brought
 * up to date.
 */
async function openOutput(app: JupyterFrontEnd, path: string): Promise<void> {
  const opened: unknown = await app.commands.execute('docmanager:open', {
    path
  });
  const { context } = (opened ?? {}) as Partial<IOpened>;
  if (context?.isReady) {
    await (context.model.dirty ? undefined : context.revert());
  } else if (context) {
    const { sessionContext } = context;
    const { kernelPreference } = sessionContext;
    sessionContext.kernelPreference = {
      ...kernelPreference,
      shouldStart: false
    };
  }
}
