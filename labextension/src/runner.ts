// One runner for each open notebook: it knows the form, starts runs, and listens to them.
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Debouncer, Throttler } from '@lumino/polling';
import { ISignal, Signal } from '@lumino/signaling';
import { IApi, reasonOf } from './api';
import { contentOf } from './content';
import type { Words } from './memory';
import {
  IRuns,
  RunsEvent,
  UNRUN,
  endedOf,
  fieldsOf,
  mayStart,
  ran
} from './runs';
import { tagsIn } from './tags';
import type { JobWire, StartRequest } from './wire';

const QUIET_MS = 200;
const LIST_MS = 700;

/** A runner has the state of the Runs tab of one notebook. */
export class Runner {
  constructor(
    readonly notebook: NotebookPanel,
    private readonly api: IApi,
    private readonly jobs: Words
  ) {
    notebook.context.ready.then(() => {
      notebook.model?.contentChanged.connect(this.onContent, this);
      notebook.context.pathChanged.connect(this.onPath, this);
      this.onContent();
      if (this.jobs.of(this.path)) {
        void this.list(); // a reload must not hide what is under way
      }
    });
    notebook.disposed.connect(() => this.dispose());
  }

  get state(): IRuns {
    return this.now;
  }

  get changed(): ISignal<Runner, IRuns> {
    return this.changes;
  }

  /** While nobody looks, nothing is asked. */
  set watched(watched: boolean) {
    const begins = watched && !this.isWatched;
    this.isWatched = watched;
    if (begins) {
      void this.list();
      void this.ask();
    }
  }

  get name(): string {
    return this.path.split('/').pop() ?? '';
  }

  /** An output is opened. */
  opened(path: string): void {
    this.outputs.add(path);
  }

  /** Whether the file is the output of a run of this notebook. */
  hasOutput(path: string): boolean {
    return (
      this.outputs.has(path) ||
      (this.now.rows ?? []).some(row => row.output === path)
    );
  }

  /** Take in what a person did in the form or the table. */
  act(event: RunsEvent): void {
    const { ticket } = this.now;
    this.take(event);
    if (this.now.ticket !== ticket) {
      void this.quiet.invoke();
    }
  }

  /** Save the notebook if need be, and run it. */
  async start(): Promise<void> {
    if (!mayStart(this.now)) {
      return;
    }
    const { sweep, warm, deadline } = this.now;
    const fields = fieldsOf(this.now);
    this.take({ type: 'run-started', sweep });
    try {
      if (this.notebook.model?.dirty) {
        await this.notebook.context.save();
      }
      const seconds = Number(deadline) > 0 ? Number(deadline) : null;
      const asked = { path: this.path, fields, sweep, warm };
      const request: StartRequest = { ...asked, deadline: seconds };
      await this.follow(await this.api.start(request));
    } catch (error) {
      this.take({ type: 'run-failed', error: reasonOf(error) });
    }
  }

  async cancel(): Promise<void> {
    this.take({ type: 'run-cancelling' });
    if (this.job) {
      await this.api.cancel(this.job).catch(() => undefined);
    }
  }

  dismiss(): void {
    this.take({ type: 'run-dismissed' });
    this.jobs.keep(this.path, '');
  }

  /** Ask for the results, and find a job again that we do not listen to yet. */
  async list(): Promise<void> {
    try {
      const { runs, job } = await this.api.results({ path: this.path });
      this.take({ type: 'listed', rows: runs });
      if (job && !this.now.progress) {
        await this.resume(job);
      }
    } catch {
      // The form says that the server is not there.
    }
  }

  private async resume(id: string): Promise<void> {
    const job = await this.api.job(id).catch(() => null);
    const ours = this.jobs.of(this.path) === id;
    if (!job || this.now.progress || (job.state !== 'running' && !ours)) {
      return;
    }
    const sweep = job.running?.sweep ?? false;
    this.take({ type: 'run-started', sweep });
    await this.follow(job).catch(error =>
      this.take({ type: 'run-failed', error: reasonOf(error) })
    );
  }

  private async follow(job: JobWire): Promise<void> {
    this.job = job.job;
    this.jobs.keep(this.path, job.job);
    if (this.now.progress?.cancelling) {
      void this.cancel(); // pressed before the job was known
    }
    let ended = 0;
    await this.api.follow(job.job, {
      take: news => {
        this.take({ type: 'run-reported', job: news });
        const now = endedOf(news.running ?? null);
        if (now !== ended && news.state === 'running') {
          void this.listing.invoke();
        }
        ended = now;
      },
      known: () => this.now.progress?.told?.lines.length ?? 0,
      signal: this.closing.signal
    });
    this.job = '';
    await this.list();
  }

  private async ask(): Promise<void> {
    const { model } = this.notebook;
    if (!model || !this.isWatched) {
      return;
    }
    const { ticket, sweep } = this.now;
    const content = contentOf(model);
    const fields = fieldsOf(this.now);
    try {
      const form = await this.api.form({
        path: this.path,
        content,
        fields,
        sweep
      });
      this.take({ type: 'formed', ticket, form });
    } catch (error) {
      this.take({ type: 'form-failed', ticket, error: reasonOf(error) });
    }
  }

  /** Only the parameters cell makes another form. */
  private onContent(): void {
    const print = this.print();
    if (print !== this.lastPrint) {
      this.lastPrint = print;
      this.act({ type: 'edited' });
    }
  }

  private print(): string {
    const { model } = this.notebook;
    const cells = Array.from(model?.cells ?? [], (cell, i) =>
      tagsIn(cell.getMetadata('tags')).includes('parameters')
        ? [i, cell.type, cell.sharedModel.getSource()]
        : []
    );
    const kernel: unknown = model?.getMetadata('kernelspec');
    return JSON.stringify([kernel, cells.filter(cell => cell.length)]);
  }

  private onPath(): void {
    void this.list();
  }

  private get path(): string {
    return this.notebook.context.localPath;
  }

  private take(event: RunsEvent): void {
    const state = ran(this.now, event);
    if (state !== this.now && !this.notebook.isDisposed) {
      this.now = state;
      this.changes.emit(state);
    }
  }

  private dispose(): void {
    this.closing.abort();
    this.quiet.dispose();
    this.listing.dispose();
    Signal.clearData(this);
  }

  private readonly changes = new Signal<Runner, IRuns>(this);
  private readonly closing = new AbortController();
  private readonly quiet = new Debouncer(() => this.ask(), QUIET_MS);
  private readonly listing = new Throttler(() => this.list(), LIST_MS);
  private readonly outputs = new Set<string>();
  private now: IRuns = UNRUN;
  private job = '';
  private lastPrint = '';
  private isWatched = false;
}
