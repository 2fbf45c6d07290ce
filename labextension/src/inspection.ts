// One inspection for each open notebook: asks what the checks say about it while one types.
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Message, MessageLoop } from '@lumino/messaging';
import { Debouncer } from '@lumino/polling';
import { ISignal, Signal } from '@lumino/signaling';
import { IApi, reasonOf } from './api';
import { IContent, contentOf } from './content';
import { FlagEvent, IFlags, flagged, unflagged } from './flags';
import type { IFlagActions } from './views/flags';

/** What a person has chosen in the settings; `ignore` are codes of rules, or how they begin. */
export interface IChoice {
  on: boolean;
  quietMs: number;
  ignore: readonly string[];
}

/** An inspection has the flags of one notebook, and keeps them up to date while it is in view. */
export class Inspection {
  constructor(
    readonly notebook: NotebookPanel,
    private readonly api: IApi,
    readonly actions: IFlagActions,
    private choice: IChoice
  ) {
    this.now = unflagged(choice.on);
    this.quiet = new Debouncer(() => this.ask(), choice.quietMs);
    MessageLoop.installMessageHook(notebook, this.onMessage);
    notebook.context.ready.then(() => {
      notebook.model?.contentChanged.connect(this.onContent, this);
      notebook.context.pathChanged.connect(this.askAnew, this);
      void this.ask();
    });
    notebook.disposed.connect(() => this.dispose());
  }

  get flags(): IFlags {
    return this.now;
  }

  get changed(): ISignal<Inspection, IFlags> {
    return this.changes;
  }

  /** Follow the settings. */
  choose(choice: IChoice): void {
    this.choice = choice;
    this.quiet.dispose();
    this.quiet = new Debouncer(() => this.ask(), choice.quietMs);
    this.take({ type: 'switched', on: choice.on });
    this.askAnew();
  }

  private onContent(): void {
    if (this.now.at !== 'off') {
      void this.quiet.invoke();
    }
  }

  private askAnew(): void {
    this.lastPrint = '';
    void this.ask();
  }

  /** One question at a time, and none about a notebook that nobody sees. */
  private async ask(): Promise<void> {
    this.isBehind = this.isAsking;
    const { model, isVisible, isDisposed } = this.notebook;
    if (this.isAsking || isDisposed || !model || !isVisible) {
      return;
    }
    const content = contentOf(model);
    const print = JSON.stringify(content);
    if (print === this.lastPrint || this.now.at === 'off') {
      return;
    }
    this.lastPrint = print;
    this.isAsking = true;
    const answer = await this.answer(content);
    this.isAsking = false;
    if (this.notebook.isDisposed) {
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

  private async answer(content: IContent): Promise<FlagEvent> {
    const path = this.notebook.context.localPath;
    const ids = content.cells.map(cell => cell.id);
    try {
      const answer = await this.api.findings({ path, content });
      const { ignore } = this.choice;
      return { type: 'found', answer, path, ids, ignore };
    } catch (error) {
      return { type: 'failed', error: reasonOf(error) };
    }
  }

  private readonly onMessage = (_: unknown, message: Message): boolean => {
    if (message.type === 'after-show' || message.type === 'after-attach') {
      void this.ask();
    }
    return true;
  };

  private take(event: FlagEvent): void {
    const flags = flagged(this.now, event);
    if (flags !== this.now) {
      this.now = flags;
      this.changes.emit(flags);
    }
  }

  private dispose(): void {
    this.quiet.dispose();
    MessageLoop.removeMessageHook(this.notebook, this.onMessage);
    Signal.clearData(this);
  }

  private readonly changes = new Signal<Inspection, IFlags>(this);
  private quiet: Debouncer;
  private now: IFlags;
  private lastPrint = '';
  private isAsking = false;
  private isBehind = false;
}
