// Keeps one session for each open notebook.
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ISignal, Signal } from '@lumino/signaling';
import type { IApi } from './api';
import type { IMemory } from './memory';
import { Session } from './model';
import type { IPromotions } from './tokens';

export class Promotions implements IPromotions {
  constructor(
    private readonly tracker: INotebookTracker,
    private readonly api: IApi,
    private readonly memory: IMemory,
    private readonly quietMs: () => number
  ) {
    tracker.widgetAdded.connect((_, notebook) => this.add(notebook));
    tracker.forEach(notebook => this.add(notebook));
    tracker.currentChanged.connect(this.onCurrent, this);
    this.onCurrent();
  }

  get current(): Session | null {
    const notebook = this.tracker.currentWidget;
    return (notebook && this.sessions.get(notebook)) ?? null;
  }

  get currentChanged(): ISignal<IPromotions, Session | null> {
    return this.currents;
  }

  get opened(): ISignal<IPromotions, Session> {
    return this.openings;
  }

  get watched(): boolean {
    return this.isWatched;
  }

  set watched(watched: boolean) {
    this.isWatched = watched;
    for (const session of this.sessions.values()) {
      session.watched = watched && session === this.current;
    }
  }

  private add(notebook: NotebookPanel): void {
    if (this.sessions.has(notebook)) {
      return;
    }
    const session = new Session(
      notebook,
      this.api,
      this.memory,
      this.quietMs()
    );
    this.sessions.set(notebook, session);
    notebook.disposed.connect(() => this.sessions.delete(notebook));
    this.openings.emit(session);
    this.onCurrent();
  }

  private onCurrent(): void {
    this.watched = this.isWatched;
    this.currents.emit(this.current);
  }

  private readonly sessions = new Map<NotebookPanel, Session>();
  private readonly currents = new Signal<IPromotions, Session | null>(this);
  private readonly openings = new Signal<IPromotions, Session>(this);
  private isWatched = false;
}
