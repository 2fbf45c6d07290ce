// The server's addresses.
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type {
  ErrorBody,
  ErrorWire,
  ExtractRequest,
  FindingsRequest,
  FindingsWire,
  JobWire,
  PlanRequest,
  ReportWire,
  RunTestsRequest,
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
  /** How far a job is; `first` is the first line of its output that we lack. */
  job(id: string, first?: number): Promise<JobWire>;
  cancel(id: string): Promise<JobWire>;
}

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

  job(id: string, first = 0): Promise<JobWire> {
    return this.call('GET', `jobs/${id}?first=${first}`);
  }

  cancel(id: string): Promise<JobWire> {
    return this.call('DELETE', `jobs/${id}`);
  }

  private async call<T>(
    method: string,
    path: string,
    body?: object
  ): Promise<T> {
    const url = URLExt.join(this.settings.baseUrl, 'jupyter-promote', path);
    const headers = { 'Content-Type': 'application/json' };
    const init = body
      ? { method, headers, body: JSON.stringify(body) }
      : { method };
    const response = await ServerConnection.makeRequest(
      url,
      init,
      this.settings
    );
    const text = await response.text();
    if (!response.ok) {
      throw new Refused(refusal(text, response.status));
    }
    return JSON.parse(text) as T;
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
