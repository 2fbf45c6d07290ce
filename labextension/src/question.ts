// Asking about a notebook while one types.
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Debouncer } from '@lumino/polling';
import { IContent, contentOf } from './content';

/**
 * A question about a notebook: put once nobody types, and only about what has changed since.
 * One at a time, and none about a notebook that nobody sees.
 */
export class Question<Answer> {
  constructor(
    private readonly notebook: NotebookPanel,
    private readonly put: (content: IContent) => Promise<Answer>,
    private readonly take: (answer: Answer) => void,
    quietMs: number
  ) {
    this.quiet = new Debouncer(() => this.ask(), quietMs);
  }

  soon(): void {
    void this.quiet.invoke();
  }

  /** Ask again, though nothing has changed. */
  anew(): void {
    this.lastPrint = '';
    void this.ask();
  }

  async ask(): Promise<void> {
    this.isBehind = this.isAsking;
    const { model, isVisible, isDisposed } = this.notebook;
    if (this.isAsking || isDisposed || !model || !isVisible) {
      return;
    }
    const content = contentOf(model);
    const print = JSON.stringify(content);
    if (print === this.lastPrint) {
      return;
    }
    this.lastPrint = print;
    this.isAsking = true;
    const answer = await this.put(content);
    this.isAsking = false;
    if (this.isDisposed || this.notebook.isDisposed) {
      return;
    }
    if (JSON.stringify(contentOf(model)) === print) {
      this.take(answer);
    } else {
      this.lastPrint = ''; // the answer is about lines that have moved; the next is on its way
    }
    if (this.isBehind) {
      void this.ask();
    }
  }

  dispose(): void {
    this.isDisposed = true;
    this.quiet.dispose();
  }

  private readonly quiet: Debouncer;
  private lastPrint = '';
  private isAsking = false;
  private isBehind = false;
  private isDisposed = false;
}
