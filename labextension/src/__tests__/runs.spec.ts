import {
  IRuns,
  RunsEvent,
  UNRUN,
  countOf,
  endedOf,
  fieldsOf,
  mayStart,
  onlyRun,
  picked,
  problemOf,
  ran,
  textOf
} from '../runs';
import type { JobWire, RunningWire } from '../wire';
import { ended, form, numbers } from './runrows';

function after(...events: RunsEvent[]): IRuns {
  return events.reduce(ran, UNRUN);
}

function ready(...events: RunsEvent[]): IRuns {
  return after({ type: 'formed', ticket: 0, form }, ...events);
}

function job(state: JobWire['state'], news: Partial<RunningWire>): RunsEvent {
  const running = { ...numbers, ...news };
  return {
    type: 'run-reported',
    job: { job: '1', state, step: 'running', running }
  };
}

const typed = (name: string, text: string): RunsEvent => ({
  type: 'typed',
  name,
  text
});
const error = { kind: 'parameter', what: 'no', where: '', hint: '' };

describe('the form', () => {
  it('sends only what is no default', () => {
    expect(fieldsOf(ready())).toEqual({});
    expect(fieldsOf(ready(typed('n', '5'), typed('rate', '0.5')))).toEqual({
      n: '5'
    });
  });

  it('sends an empty text, which is no default', () => {
    expect(fieldsOf(ready(typed('name', '')))).toEqual({ name: '' });
  });

  it('goes back to the default', () => {
    const runs = ready(typed('n', '5'), { type: 'reset', name: 'n' });
    expect(textOf(runs, form.parameters[0])).toBe('3');
  });

  it('lets a sweep visit several choices, at first the default', () => {
    const pick = (choice: string): RunsEvent => ({
      type: 'picked',
      name: 'mode',
      choice
    });
    const sweep: RunsEvent = { type: 'mode', sweep: true };
    expect(picked(ready(sweep), 'mode')).toEqual(['a']);
    expect(fieldsOf(ready(sweep, pick('b')))).toEqual({ mode: 'a, b' });
    expect(fieldsOf(ready(sweep, pick('a')))).toEqual({ mode: '' });
    const one: RunsEvent = { type: 'mode', sweep: false };
    expect(fieldsOf(ready(sweep, pick('b'), one))).toEqual({});
  });

  it('drops replies to what was typed before', () => {
    const late = { ...form, problems: { n: error } };
    const runs = ready(typed('n', 'x'), typed('n', '4'), {
      type: 'formed',
      ticket: 1,
      form: late
    });
    expect(problemOf(runs, 'n')).toBeNull();
    expect(countOf(runs)).toBeNull();
  });
});

describe('Run', () => {
  it('needs a form without problems', () => {
    expect(mayStart(UNRUN)).toBe(false);
    expect(mayStart(ready())).toBe(true);
    const wrong = { ...form, problems: { n: error } };
    expect(mayStart(after({ type: 'formed', ticket: 0, form: wrong }))).toBe(
      false
    );
  });

  it('needs several values to sweep', () => {
    const sweep: RunsEvent = { type: 'mode', sweep: true };
    expect(mayStart(ready(sweep))).toBe(false);
    expect(mayStart(ready(sweep, typed('n', '1, 2')))).toBe(true);
    const many = { ...form, problem: error, runs: 0 };
    const asked = ready(sweep, typed('n', '1..1e9'));
    const told: RunsEvent = {
      type: 'formed',
      ticket: asked.ticket,
      form: many
    };
    expect(mayStart(ran(asked, told))).toBe(false);
  });

  it('is not pressed twice', () => {
    expect(mayStart(ready({ type: 'run-started', sweep: false }))).toBe(false);
  });
});

describe('what is under way', () => {
  const started: RunsEvent = { type: 'run-started', sweep: false };

  it('puts lines together, though some come twice', () => {
    const { progress } = ready(
      started,
      job('running', { lines: ['a', 'b'] }),
      job('running', { first: 1, lines: ['b', 'c'], tail: 'd' })
    );
    expect(progress?.told?.lines).toEqual(['a', 'b', 'c']);
    expect(progress?.told?.tail).toBe('d');
  });

  it('ends', () => {
    const { progress } = ready(
      started,
      job('done', { done: 1, ended: [ended] })
    );
    expect(progress?.at).toBe('done');
    expect(progress && onlyRun(progress)).toBe(ended);
    expect(endedOf(progress?.told ?? null)).toBe(1);
  });

  it('is dismissed only when it is over', () => {
    const dismissed: RunsEvent = { type: 'run-dismissed' };
    expect(ready(started, dismissed).progress).not.toBeNull();
    const failed: RunsEvent = { type: 'run-failed', error };
    expect(ready(started, failed).progress?.error).toBe(error);
    expect(ready(started, failed, dismissed).progress).toBeNull();
  });

  it('is a sweep where the server says so', () => {
    const { progress } = ready(started, job('running', { sweep: true }));
    expect(progress?.sweep).toBe(true);
    expect(progress && onlyRun(progress)).toBeNull();
  });
});
