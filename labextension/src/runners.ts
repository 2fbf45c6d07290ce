// Keeps one runner for each open notebook.
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IApi } from './api';
import type { Words } from './memory';
import { Runner } from './runner';
import type { IPromotions, IRunners } from './tokens';

export class Runners implements IRunners {
  constructor(promotions: IPromotions, api: IApi, jobs: Words) {
    promotions.opened.connect((_, { notebook }) => {
      this.runners.set(notebook, new Runner(notebook, api, jobs));
      notebook.disposed.connect(() => this.runners.delete(notebook));
    });
  }

  /** Beside the output of a run stays what it was run from. */
  of(notebook: NotebookPanel): Runner | null {
    const path = notebook.context.localPath;
    const all = [...this.runners.values()];
    const own = this.runners.get(notebook) ?? null;
    return all.find(each => each !== own && each.hasOutput(path)) ?? own;
  }

  private readonly runners = new Map<NotebookPanel, Runner>();
}
