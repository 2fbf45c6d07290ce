// The server's addresses.
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { eventsIn } from './events';
import type {
  ErrorBody,
  ErrorWire,
  ExtractRequest,
  FindingsRequest,
  FindingsWire,
  FormRequest,
  FormWire,
  JobWire,
  PlanRequest,
  ReportWire,
  ResultsRequest,
  ResultsWire,
  RunTestsRequest,
  StartRequest,
  UnifiedWire,
  UnifyRequest
} from './wire';

/** The server said no; `body` says why. */
export class Refused extends Error {
  constructor(readonly body: ErrorBody) {
    super(body.what);
  }
}

/** What the panel asks of the server. */
export interface IApi {
  findings(request: FindingsRequest): Promise<FindingsWire>;
  unify(request: UnifyRequest): Promise<UnifiedWire>;
  plan(request: PlanRequest): Promise<ReportWire>;
  extract(request: ExtractRequest): Promise<JobWire>;
  runTests(request: RunTestsRequest): Promise<JobWire>;
  form(request: FormRequest): Promise<FormWire>;
  results(request: ResultsRequest): Promise<ResultsWire>;
  start(request: StartRequest): Promise<JobWire>;
  /** How far a job is. */
  job(id: string): Promise<JobWire>;
  /** Listen to a job until it has ended. */
  follow(id: string, listener: IListener): Promise<void>;
  cancel(id: string): Promise<JobWire>;
}

/** Who listens to a job. */
export interface IListener {
  take: (job: JobWire) => void;
  /** How many lines of its output are known. */
  known: () => number;
  /** Ends the listening. */
  signal: AbortSignal;
}

const TRIES = 20;
const RETRY_MS = 1000;

/** What went wrong, as the panel shows it. */
export function reasonOf(error: unknown): ErrorBody {
  if (error instanceof Refused) {
    return error.body;
  }
  const hint = 'check that the server is running, then try again';
  return {
    kind: 'network',
    what: "the Jupyter server can't be reached",
    where: '',
    hint
  };
}

/** The API of the server that JupyterLab is connected to. */
export class ServerApi implements IApi {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  findings(request: FindingsRequest): Promise<FindingsWire> {
    return this.call('POST', 'findings', request);
  }

  unify(request: UnifyRequest): Promise<UnifiedWire> {
    return this.call('POST', 'unify', request);
  }

  plan(request: PlanRequest): Promise<ReportWire> {
    return this.call('POST', 'plan', request);
  }

  extract(request: ExtractRequest): Promise<JobWire> {
    return this.call('POST', 'extract', request);
  }

  runTests(request: RunTestsRequest): Promise<JobWire> {
    return this.call('POST', 'tests', request);
  }

  form(request: FormRequest): Promise<FormWire> {
    return this.call('POST', 'runs/form', request);
  }

  results(request: ResultsRequest): Promise<ResultsWire> {
    return this.call('POST', 'runs/results', request);
  }

  start(request: StartRequest): Promise<JobWire> {
    return this.call('POST', 'runs/start', request);
  }

  job(id: string): Promise<JobWire> {
    return this.call('GET', `jobs/${id}`);
  }

  /** Events; where the connection breaks, it is made again. */
  async follow(id: string, listener: IListener): Promise<void> {
    for (let left = TRIES; ; left--) {
      try {
        if (await this.listen(id, listener)) {
          return;
        }
        left = TRIES;
      } catch (error) {
        if (error instanceof Refused || left === 0) {
          throw error;
        }
      }
      if (listener.signal.aborted) {
        return;
      }
      await new Promise(resolve => setTimeout(resolve, RETRY_MS));
    }
  }

  /** Whether the job has ended; false where the connection did. */
  private async listen(id: string, listener: IListener): Promise<boolean> {
    const { take, known, signal } = listener;
    const path = `jobs/${id}/events?first=${known()}`;
    const { body } = await this.send(path, { method: 'GET', signal });
    for await (const text of body ? eventsIn(body) : []) {
      const job = JSON.parse(text) as JobWire;
      take(job);
      if (job.state !== 'running') {
        return true;
      }
    }
    return false;
  }

  cancel(id: string): Promise<JobWire> {
    return this.call('DELETE', `jobs/${id}`);
  }

  private async call<T>(
    method: string,
    path: string,
    body?: object
  ): Promise<T> {
    const headers = { 'Content-Type': 'application/json' };
    const init = body
      ? { method, headers, body: JSON.stringify(body) }
      : { method };
    const response = await this.send(path, init);
    return (await response.json()) as T;
  }

  private async send(path: string, init: RequestInit): Promise<Response> {
    const url = URLExt.join(this.settings.baseUrl, 'jupyter-promote', path);
    const response = await ServerConnection.makeRequest(
      url,
      init,
      this.settings
    );
    if (!response.ok) {
      throw new Refused(refusal(await response.text(), response.status));
    }
    return response;
  }
}

function refusal(text: string, status: number): ErrorBody {
  try {
    const { error } = JSON.parse(text) as ErrorWire;
    if (typeof error?.what === 'string') {
      return error;
    }
  } catch {
    // Not from our handlers: a proxy, or a server without the extension.
  }
  const missing = status === 404;
  return {
    kind: 'http',
    what: missing
      ? 'the server extension jupyter_promote is not running'
      : `the server answered with status ${status}`,
    where: '',
    hint: missing
      ? 'see whether "jupyter server extension list" names it, then restart the server'
      : "look into the server's log"
  };
}
