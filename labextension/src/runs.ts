// The Runs tab of one notebook: its form, what is under way, and its results.
import { IView, ViewEvent, VIEW, viewed } from './results';
import type {
  EndedWire,
  ErrorBody,
  FormWire,
  JobWire,
  ParameterWire,
  RunningWire,
  RunWire
} from './wire';

export type Form =
  | { at: 'waiting' }
  | { at: 'ready'; form: FormWire }
  | { at: 'failed'; error: ErrorBody };

/** Runs under way, or how they ended; `told` is the latest news, with all lines so far. */
export interface IProgress {
  at: 'running' | 'done' | 'failed' | 'cancelled';
  sweep: boolean;
  cancelling: boolean;
  told: RunningWire | null;
  error: ErrorBody | null;
}

/**
 * `texts` are what was typed in place of defaults, `picks` the choices that a sweep visits; replies
 * to old tickets are dropped.
 */
export interface IRuns {
  form: Form;
  texts: Readonly<Record<string, string>>;
  picks: Readonly<Record<string, readonly string[]>>;
  sweep: boolean;
  warm: boolean;
  deadline: string;
  ticket: number;
  answered: number;
  progress: IProgress | null;
  rows: readonly RunWire[] | null;
  view: IView;
}

export type RunsEvent =
  | { type: 'typed'; name: string; text: string }
  | { type: 'picked'; name: string; choice: string }
  | { type: 'reset'; name: string }
  | { type: 'mode'; sweep: boolean }
  | { type: 'warm'; warm: boolean }
  | { type: 'deadline'; deadline: string }
  | { type: 'edited' }
  | { type: 'formed'; ticket: number; form: FormWire }
  | { type: 'form-failed'; ticket: number; error: ErrorBody }
  | { type: 'run-started'; sweep: boolean }
  | { type: 'run-reported'; job: JobWire }
  | { type: 'run-cancelling' }
  | { type: 'run-failed'; error: ErrorBody }
  | { type: 'run-dismissed' }
  | { type: 'listed'; rows: readonly RunWire[] }
  | ViewEvent;

/** The state of a notebook that nobody has run yet. */
export const UNRUN: IRuns = {
  form: { at: 'waiting' },
  texts: {},
  picks: {},
  sweep: false,
  warm: true,
  deadline: '',
  ticket: 0,
  answered: -1,
  progress: null,
  rows: null,
  view: VIEW
};

/** The state after `event`; the very same object where nothing changes. */
export function ran(runs: IRuns, event: RunsEvent): IRuns {
  switch (event.type) {
    case 'typed':
    case 'picked':
    case 'reset':
    case 'mode':
      return asked(filled(runs, event));
    case 'edited':
      return asked(runs);
    case 'warm':
      return { ...runs, warm: event.warm };
    case 'deadline':
      return { ...runs, deadline: event.deadline };
    case 'formed':
    case 'form-failed':
      return event.ticket === runs.ticket ? answered(runs, event) : runs;
    case 'listed':
      return { ...runs, rows: event.rows };
    case 'sorted':
    case 'plotted':
      return { ...runs, view: viewed(runs.view, event) };
    default:
      return followed(runs, event);
  }
}

function asked(runs: IRuns): IRuns {
  return { ...runs, ticket: runs.ticket + 1 };
}

type Filling = Extract<
  RunsEvent,
  { type: 'typed' | 'picked' | 'reset' | 'mode' }
>;

function filled(runs: IRuns, event: Filling): IRuns {
  switch (event.type) {
    case 'typed':
      return { ...runs, texts: { ...runs.texts, [event.name]: event.text } };
    case 'picked': {
      const before = picked(runs, event.name);
      const picks = before.includes(event.choice)
        ? before.filter(choice => choice !== event.choice)
        : [...before, event.choice];
      return { ...runs, picks: { ...runs.picks, [event.name]: picks } };
    }
    case 'reset': {
      const texts = without(runs.texts, event.name);
      const picks = without(runs.picks, event.name);
      return { ...runs, texts, picks };
    }
    case 'mode':
      return { ...runs, sweep: event.sweep };
  }
}

function without<T>(
  from: Readonly<Record<string, T>>,
  name: string
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(from).filter(([each]) => each !== name)
  );
}

function answered(
  runs: IRuns,
  event: Extract<RunsEvent, { type: 'formed' | 'form-failed' }>
): IRuns {
  const form: Form =
    event.type === 'formed'
      ? { at: 'ready', form: event.form }
      : { at: 'failed', error: event.error };
  return { ...runs, form, answered: event.ticket };
}

type Following = Extract<
  RunsEvent,
  {
    type:
      | 'run-started'
      | 'run-reported'
      | 'run-cancelling'
      | 'run-failed'
      | 'run-dismissed';
  }
>;

function followed(runs: IRuns, event: Following): IRuns {
  const { progress } = runs;
  switch (event.type) {
    case 'run-started':
      return { ...runs, progress: begun(event.sweep) };
    case 'run-dismissed':
      return progress?.at === 'running' ? runs : { ...runs, progress: null };
    case 'run-reported':
      return progress ? { ...runs, progress: told(progress, event.job) } : runs;
    case 'run-cancelling':
      return progress
        ? { ...runs, progress: { ...progress, cancelling: true } }
        : runs;
    case 'run-failed': {
      const last = progress ?? begun(runs.sweep);
      return {
        ...runs,
        progress: { ...last, at: 'failed', error: event.error }
      };
    }
  }
}

function begun(sweep: boolean): IProgress {
  return { at: 'running', sweep, cancelling: false, told: null, error: null };
}

function told(progress: IProgress, job: JobWire): IProgress {
  const news = job.running;
  const before = progress.told?.lines ?? [];
  return {
    ...progress,
    at: job.state,
    sweep: news?.sweep ?? progress.sweep,
    error: job.error ?? null,
    told: news
      ? {
          ...news,
          first: 0,
          lines: [...before.slice(0, news.first), ...news.lines]
        }
      : progress.told
  };
}

/** The parameters on screen. */
export function parametersOf(runs: IRuns): readonly ParameterWire[] {
  return runs.form.at === 'ready' ? runs.form.form.parameters : [];
}

/** What stands in the field of a parameter. */
export function textOf(runs: IRuns, parameter: ParameterWire): string {
  return runs.texts[parameter.name] ?? parameter.text;
}

/** The choices that a sweep visits. */
export function picked(runs: IRuns, name: string): readonly string[] {
  const own = parametersOf(runs).find(each => each.name === name);
  return runs.picks[name] ?? (own ? [own.text] : []);
}

/** Whether a parameter has few values, which are shown to be chosen from. */
export function isChosen(parameter: ParameterWire): boolean {
  return parameter.kind === 'flag' || parameter.kind === 'choice';
}

/** The texts of those fields that do not hold the default. */
export function fieldsOf(runs: IRuns): Record<string, string> {
  const texts = parametersOf(runs).map(each => {
    const several = runs.sweep && isChosen(each);
    const text = several
      ? picked(runs, each.name).join(', ')
      : textOf(runs, each);
    return [each, text] as const;
  });
  const given = texts.filter(([each, text]) => text !== each.text);
  return Object.fromEntries(given.map(([each, text]) => [each.name, text]));
}

/** What is wrong with a field, null where nothing is. */
export function problemOf(runs: IRuns, name: string): ErrorBody | null {
  const { form } = runs;
  return (form.at === 'ready' && form.form.problems[name]) || null;
}

/** How many runs Sweep would start; null while that is not known. */
export function countOf(runs: IRuns): number | null {
  const { form, ticket } = runs;
  return form.at === 'ready' && runs.answered === ticket
    ? form.form.runs
    : null;
}

/** Whether Run or Sweep may be pressed; the server checks once more. */
export function mayStart(runs: IRuns): boolean {
  const { form, progress, sweep } = runs;
  if (form.at !== 'ready' || progress?.at === 'running') {
    return false;
  }
  const { problem, problems } = form.form;
  const wrong = problem !== null || Object.keys(problems).length > 0;
  return !wrong && (!sweep || Object.keys(fieldsOf(runs)).length > 0);
}

/** The one run that is over, null for a sweep and while it goes on. */
export function onlyRun(progress: IProgress): EndedWire | null {
  return (!progress.sweep && progress.told?.ended[0]) || null;
}

/** How many runs are over. */
export function endedOf(told: RunningWire | null): number {
  return told ? told.done + told.failed : 0;
}
