// What the panel knows of one notebook, and what each event makes of it.
import { TestEvent, Testing, tested } from './testing';
import type { ErrorBody, JobWire, ReportWire } from './wire';
import { isWritten } from './words';

/** A cell as it was when the plan was asked for; `line` is its first telling line. */
export interface ICell {
  id: string;
  line: string;
  tagged: boolean;
}

export type Plan =
  | { at: 'none' }
  | { at: 'thinking'; last: ReportWire | null }
  | { at: 'ready'; report: ReportWire }
  | { at: 'failed'; error: ErrorBody };

export type Writing =
  | { at: 'idle' }
  | { at: 'running'; step: string; cancelling: boolean }
  | { at: 'done'; report: ReportWire }
  | { at: 'failed'; error: ErrorBody }
  | { at: 'cancelled' };

/** `to` is the folder that was typed, '' for the default; replies to old tickets are dropped. */
export interface IState {
  name: string;
  cells: readonly ICell[];
  to: string;
  prove: boolean;
  ticket: number;
  plan: Plan;
  writing: Writing;
  testing: Testing;
}

export type Event =
  | { type: 'edited'; cells: readonly ICell[] }
  | { type: 'renamed'; name: string }
  | { type: 'asked' }
  | { type: 'planned'; ticket: number; report: ReportWire }
  | { type: 'plan-failed'; ticket: number; error: ErrorBody }
  | { type: 'target'; to: string }
  | { type: 'prove'; prove: boolean }
  | { type: 'started' }
  | { type: 'reported'; job: JobWire }
  | { type: 'cancelling' }
  | { type: 'write-failed'; error: ErrorBody }
  | { type: 'dismissed' }
  | TestEvent;

export const UNKNOWN: ErrorBody = {
  kind: 'bug',
  what: 'the server gave no reason',
  where: '',
  hint: "look into the server's log"
};

/** The state of a notebook that has just been opened. */
export function fresh(name: string): IState {
  return {
    name,
    cells: [],
    to: '',
    prove: true,
    ticket: 0,
    plan: { at: 'none' },
    writing: { at: 'idle' },
    testing: { at: 'idle' }
  };
}

/** The state after `event`; the very same object where nothing changes. */
export function next(state: IState, event: Event): IState {
  switch (event.type) {
    case 'edited':
      return edited({ ...state, cells: event.cells });
    case 'renamed':
      return state.name === event.name ? state : { ...state, name: event.name };
    case 'asked':
      return { ...state, ticket: state.ticket + 1, plan: asked(state) };
    case 'planned':
      return event.ticket === state.ticket
        ? { ...state, plan: { at: 'ready', report: event.report } }
        : state;
    case 'plan-failed':
      return event.ticket === state.ticket
        ? { ...state, plan: { at: 'failed', error: event.error } }
        : state;
    case 'target':
      return state.to === event.to ? state : { ...state, to: event.to };
    case 'prove':
      return state.prove === event.prove
        ? state
        : { ...state, prove: event.prove };
    case 'started':
      return {
        ...state,
        writing: { at: 'running', step: '', cancelling: false },
        testing: { at: 'idle' }
      };
    case 'reported':
      return reported(state, event.job);
    case 'cancelling':
      return state.writing.at === 'running'
        ? { ...state, writing: { ...state.writing, cancelling: true } }
        : state;
    case 'write-failed':
      return { ...state, writing: { at: 'failed', error: event.error } };
    case 'dismissed':
      return state.writing.at === 'running'
        ? state
        : { ...state, writing: { at: 'idle' }, testing: { at: 'idle' } };
    default:
      return testing(state, event);
  }
}

/** The plan on screen: while a new one is made, the last one stays. */
export function shown(state: IState): ReportWire | null {
  switch (state.plan.at) {
    case 'ready':
      return state.plan.report;
    case 'thinking':
      return state.plan.last;
    default:
      return null;
  }
}

/** Whether any cell carries a tag of ours. */
export function isTagged(state: IState): boolean {
  return state.cells.some(cell => cell.tagged);
}

/** Whether Write may be pressed. */
export function mayWrite(state: IState): boolean {
  const plan = state.plan;
  return (
    plan.at === 'ready' &&
    plan.report.files.length > 0 &&
    state.writing.at !== 'running'
  );
}

/** The promotion on screen whose tests can be run, null where there is none. */
export function testable(state: IState): ReportWire | null {
  const { writing } = state;
  const report = writing.at === 'done' ? writing.report : null;
  return report && isWritten(report) && report.tests.length ? report : null;
}

function testing(state: IState, event: TestEvent): IState {
  const now = tested(state.testing, event);
  return now === state.testing ? state : { ...state, testing: now };
}

function asked(state: IState): Plan {
  return isTagged(state)
    ? { at: 'thinking', last: shown(state) }
    : { at: 'none' };
}

/**
 * An edit makes the plan and an old outcome history, but does not stop what is under way.
 * So nothing can be written that was not shown first.
 */
function edited(state: IState): IState {
  const busy = state.writing.at === 'running' || state.testing.at === 'running';
  return busy
    ? { ...state, plan: asked(state) }
    : {
        ...state,
        plan: asked(state),
        writing: { at: 'idle' },
        testing: { at: 'idle' }
      };
}

function reported(state: IState, job: JobWire): IState {
  if (state.writing.at !== 'running') {
    return state;
  }
  switch (job.state) {
    case 'running':
      return state.writing.step === job.step
        ? state
        : { ...state, writing: { ...state.writing, step: job.step } };
    case 'done':
      return job.report
        ? { ...state, writing: { at: 'done', report: job.report } }
        : { ...state, writing: { at: 'failed', error: UNKNOWN } };
    case 'failed':
      return {
        ...state,
        writing: { at: 'failed', error: job.error ?? UNKNOWN }
      };
    case 'cancelled':
      return { ...state, writing: { at: 'cancelled' } };
  }
}
