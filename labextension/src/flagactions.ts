// What a person can do about the flags of one notebook.
import { Notification } from '@jupyterlab/apputils';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import type { IApi } from './api';
import { jumpToLine } from './cells';
import { contentOf } from './content';
import { copyAt } from './copies';
import { IFlag, copiesOf, silencing } from './flags';
import { tagsIn } from './tags';
import { commands } from './tokens';
import type { IFlagActions } from './views/flags';
import { Place } from './words';

/** The actions for the flags of `notebook`. */
export function actionsFor(
  app: JupyterFrontEnd,
  api: IApi,
  notebook: NotebookPanel
): IFlagActions {
  const said = (work: Promise<void>): void =>
    void work.catch((error: unknown) =>
      Notification.error(error instanceof Error ? error.message : String(error))
    );
  return {
    goTo: place => said(goTo(app, notebook, place)),
    compare: (flag, place) => said(compare(app, notebook, flag, place)),
    unify: flag => said(unify(app, api, notebook, flag)),
    silence: flag => silence(notebook, flag)
  };
}

async function goTo(
  app: JupyterFrontEnd,
  notebook: NotebookPanel,
  place: Place
): Promise<void> {
  const { path, cell, line } = place;
  if (path === notebook.context.localPath && cell !== null) {
    app.shell.activateById(notebook.id);
    return jumpToLine(notebook, cell, line);
  }
  const opened = await app.commands.execute('docmanager:open', { path });
  const other = opened as NotebookPanel | null;
  await other?.context?.ready;
  if (cell !== null && other?.content?.widgets) {
    await other.revealed;
    await jumpToLine(other, cell, line);
  }
}

async function compare(
  app: JupyterFrontEnd,
  notebook: NotebookPanel,
  flag: IFlag,
  place: Place
): Promise<void> {
  const { contents } = app.serviceManager;
  const own = { ...flag, end_line: flag.end_line ?? null };
  const [left, right] = await Promise.all([
    copyAt(own, notebook, contents),
    copyAt(place, notebook, contents)
  ]);
  const sides = [left, right].map(copy => ({ ...copy }));
  await app.commands.execute(commands.compare, { sides });
}

/** Ask for one function in place of the copies, and show what it would change. */
async function unify(
  app: JupyterFrontEnd,
  api: IApi,
  notebook: NotebookPanel,
  flag: IFlag
): Promise<void> {
  const { model, context } = notebook;
  const copies = copiesOf(flag);
  if (model && copies.length > 1) {
    const path = context.localPath;
    const content = contentOf(model);
    const found = await api.unify({ path, content, copies });
    const args = { found: found as unknown as ReadonlyJSONObject };
    await app.commands.execute(commands.unify, args);
  }
}

/** Through the cell's tags, so that the Cell Tags form shows the same, and can take it back. */
function silence(notebook: NotebookPanel, flag: IFlag): void {
  const cells = Array.from(notebook.model?.cells ?? []);
  const cell = cells.find(each => each.id === flag.id);
  cell?.setMetadata(
    'tags',
    silencing(tagsIn(cell.getMetadata('tags')), flag.code)
  );
}
