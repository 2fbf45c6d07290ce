// One session for each open notebook: it listens, asks the server, and holds the state.
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Debouncer } from '@lumino/polling';
import { ISignal, Signal } from '@lumino/signaling';
import { IApi, reasonOf } from './api';
import type { IKept, IMemory } from './memory';
import {
  Event,
  ICell,
  IState,
  fresh,
  isTagged,
  mayWrite,
  next,
  testable
} from './state';
import { roleOf, tagsIn } from './tags';
import { telling } from './words';
import type { JobWire, PlanRequest } from './wire';

/** A session has the state of one notebook and carries out what the panel asks for. */
export class Session {
  constructor(
    readonly notebook: NotebookPanel,
    private readonly api: IApi,
    private readonly memory: IMemory,
    quietMs: number
  ) {
    this.now = fresh(this.name());
    this.plan = new Debouncer(() => this.ask(), quietMs);
    notebook.context.ready.then(() => {
      notebook.model?.contentChanged.connect(this.onContent, this);
      notebook.context.pathChanged.connect(this.onPath, this);
      this.onContent();
      void this.resume();
    });
    notebook.disposed.connect(() => this.dispose());
  }

  get state(): IState {
    return this.now;
  }

  get changed(): ISignal<Session, IState> {
    return this.changes;
  }

  /** While nobody looks, nothing is asked. */
  set watched(watched: boolean) {
    this.isWatched = watched;
    if (watched && this.isBehind) {
      void this.plan.invoke();
    }
  }

  target(to: string): void {
    this.take({ type: 'target', to: to.trim() });
    void this.ask();
  }

  prove(prove: boolean): void {
    this.take({ type: 'prove', prove });
  }

  dismiss(): void {
    this.take({ type: 'dismissed' });
    if (this.now.writing.at === 'idle') {
      this.memory.keep(this.path, null);
    }
  }

  /** Prove and write what is on screen; the state tells how it goes. */
  async write(): Promise<void> {
    if (!mayWrite(this.now)) {
      return;
    }
    this.take({ type: 'started' });
    try {
      const request = { ...this.request(), run: this.now.prove };
      const job = await this.api.extract(request);
      this.keep({ writing: job.job, testing: '' });
      await this.follow(job);
    } catch (error) {
      this.take({ type: 'write-failed', error: reasonOf(error) });
    }
    if (!this.notebook.isDisposed) {
      void this.ask(); // what is on the disk has changed
    }
  }

  async cancel(): Promise<void> {
    this.take({ type: 'cancelling' });
    if (this.job) {
      await this.api.cancel(this.job).catch(() => undefined);
    }
  }

  /** Run the tests that the promotion on screen has written. */
  async runTests(): Promise<void> {
    const report = testable(this.now);
    if (!report || this.now.testing.at === 'running') {
      return;
    }
    this.take({ type: 'tests-started' });
    const { to, tests } = report;
    await this.orFail(async () => {
      const request = { to, test: tests[0], kernel: this.kernel() };
      const job = await this.api.runTests(request);
      this.keep({ testing: job.job });
      await this.followTests(job);
    });
  }

  async cancelTests(): Promise<void> {
    this.take({ type: 'tests-cancelling' });
    if (this.testJob) {
      await this.api.cancel(this.testJob).catch(() => undefined);
    }
  }

  private async follow(job: JobWire): Promise<void> {
    this.job = job.job;
    this.take({ type: 'reported', job });
    await this.api.follow(job.job, {
      take: news => this.take({ type: 'reported', job: news }),
      known: () => 0,
      signal: this.closing.signal
    });
    this.job = '';
  }

  private async followTests(job: JobWire): Promise<void> {
    this.testJob = job.job;
    this.take({ type: 'tests-reported', job });
    if (this.now.testing.at === 'running' && this.now.testing.cancelling) {
      void this.cancelTests(); // pressed before the job was known
    }
    await this.api.follow(job.job, {
      take: news => this.take({ type: 'tests-reported', job: news }),
      known: () =>
        this.now.testing.at === 'idle' ? 0 : this.now.testing.lines.length,
      signal: this.closing.signal
    });
    this.testJob = '';
  }

  private async orFail(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.testJob = '';
      this.take({ type: 'tests-failed', error: reasonOf(error) });
    }
  }

  /** After a reload: what was under way, and what came of it if nothing was edited since. */
  private async resume(): Promise<void> {
    const kept = this.memory.of(this.path);
    const find = (id: string): Promise<JobWire | null> =>
      id ? this.api.job(id).catch(() => null) : Promise.resolve(null);
    const job = kept && (await find(kept.writing));
    const same = kept?.print === this.lastPrint;
    if (!job || this.now.writing.at !== 'idle') {
      return;
    }
    if (job.state === 'running' || same) {
      this.take({ type: 'started' });
      await this.follow(job).catch(error =>
        this.take({ type: 'write-failed', error: reasonOf(error) })
      );
      void this.ask();
    }
    const tests = await find(kept.testing);
    if (tests && testable(this.now)) {
      this.take({ type: 'tests-started' });
      await this.orFail(() => this.followTests(tests));
    }
  }

  private keep(jobs: Partial<IKept>): void {
    const kept = this.memory.of(this.path);
    this.memory.keep(this.path, {
      writing: '',
      testing: '',
      ...kept,
      ...jobs,
      print: this.lastPrint
    });
  }

  private kernel(): string {
    const spec = this.notebook.model?.getMetadata('kernelspec');
    const name = (spec as { name?: unknown } | undefined)?.name;
    return typeof name === 'string' ? name : '';
  }

  /** One question at a time: what changes meanwhile is asked once the answer is there. */
  private async ask(): Promise<void> {
    this.isBehind = false;
    this.take({ type: 'asked' });
    if (this.isAsking || !isTagged(this.now)) {
      return;
    }
    const ticket = this.now.ticket;
    this.isAsking = true;
    try {
      this.take({
        type: 'planned',
        ticket,
        report: await this.api.plan(this.request())
      });
    } catch (error) {
      this.take({ type: 'plan-failed', ticket, error: reasonOf(error) });
    }
    this.isAsking = false;
    if (ticket !== this.now.ticket && !this.notebook.isDisposed) {
      void this.ask();
    }
  }

  private request(): PlanRequest {
    const content = (this.notebook.model?.toJSON() ?? {}) as object;
    return { path: this.path, content, to: this.now.to };
  }

  /** Outputs and counts change all the time; only sources and tags make a new plan. */
  private onContent(): void {
    const cells = this.cells();
    const print = this.print();
    if (print === this.lastPrint) {
      return;
    }
    this.lastPrint = print;
    this.isBehind = true;
    this.take({ type: 'edited', cells });
    if (this.isWatched) {
      void this.plan.invoke();
    }
  }

  private onPath(): void {
    this.take({ type: 'renamed', name: this.name() });
    this.isBehind = true;
    this.watched = this.isWatched;
  }

  private cells(): ICell[] {
    return Array.from(this.notebook.model?.cells ?? [], cell => ({
      id: cell.id,
      line: telling(cell.sharedModel.getSource()),
      tagged:
        cell.type === 'code' &&
        roleOf(tagsIn(cell.getMetadata('tags'))) !== null
    }));
  }

  private print(): string {
    const cells = Array.from(this.notebook.model?.cells ?? [], cell => [
      cell.id,
      cell.type,
      cell.sharedModel.getSource(),
      tagsIn(cell.getMetadata('tags'))
    ]);
    return JSON.stringify(cells);
  }

  private get path(): string {
    return this.notebook.context.localPath;
  }

  private name(): string {
    return this.path.split('/').pop() ?? '';
  }

  private take(event: Event): void {
    const state = next(this.now, event);
    if (state !== this.now) {
      this.now = state;
      this.changes.emit(state);
    }
  }

  private dispose(): void {
    this.closing.abort();
    this.plan.dispose();
    Signal.clearData(this);
  }

  private readonly changes = new Signal<Session, IState>(this);
  private readonly closing = new AbortController();
  private readonly plan: Debouncer;
  private now: IState;
  private job = '';
  private testJob = '';
  private lastPrint = '';
  private isAsking = false;
  private isWatched = false;
  private isBehind = true;
}
