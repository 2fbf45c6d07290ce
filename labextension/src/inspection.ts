// One inspection for each open notebook: asks what the checks say about it while one types.
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Message, MessageLoop } from '@lumino/messaging';
import { ISignal, Signal } from '@lumino/signaling';
import { IApi, reasonOf } from './api';
import type { IContent } from './content';
import { About, FlagEvent, IFlags, flagged, unflagged } from './flags';
import { Question } from './question';
import type { IFlagActions } from './views/flags';

/** A search for copies looks into other files, and so waits for a longer pause. */
const PAUSES: readonly [About, factor: number][] = [
  ['cells', 1],
  ['copies', 5]
];

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
    this.questions = this.asking();
    MessageLoop.installMessageHook(notebook, this.onMessage);
    notebook.context.ready.then(() => {
      notebook.model?.contentChanged.connect(this.onContent, this);
      notebook.context.pathChanged.connect(this.askAnew, this);
      this.askAll();
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
    this.questions.forEach(each => each.dispose());
    this.questions = this.asking();
    this.take({ type: 'switched', on: choice.on });
    this.askAll();
  }

  /** None where flags are switched off. */
  private asking(): Question<FlagEvent>[] {
    const { on, quietMs } = this.choice;
    return (on ? PAUSES : []).map(
      ([about, factor]) =>
        new Question(
          this.notebook,
          content => this.answer(about, content),
          event => this.take(event),
          factor * quietMs
        )
    );
  }

  private onContent(): void {
    this.questions.forEach(each => each.soon());
  }

  private askAll(): void {
    this.questions.forEach(each => void each.ask());
  }

  private askAnew(): void {
    this.questions.forEach(each => each.anew());
  }

  private async answer(about: About, content: IContent): Promise<FlagEvent> {
    const path = this.notebook.context.localPath;
    const ids = content.cells.map(cell => cell.id);
    try {
      const answer = await this.api.findings({ path, content, about });
      const { ignore } = this.choice;
      return { type: 'found', about, answer, path, ids, ignore };
    } catch (error) {
      return { type: 'failed', about, error: reasonOf(error) };
    }
  }

  private readonly onMessage = (_: unknown, message: Message): boolean => {
    if (message.type === 'after-show' || message.type === 'after-attach') {
      this.askAll();
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
    this.questions.forEach(each => each.dispose());
    MessageLoop.removeMessageHook(this.notebook, this.onMessage);
    Signal.clearData(this);
  }

  private readonly changes = new Signal<Inspection, IFlags>(this);
  private questions: Question<FlagEvent>[];
  private now: IFlags;
}
