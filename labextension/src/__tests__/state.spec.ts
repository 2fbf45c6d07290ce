import {
  Event,
  IState,
  UNKNOWN,
  fresh,
  isTagged,
  mayWrite,
  next,
  shown
} from '../state';
import type { JobWire } from '../wire';
import { report } from './rows';

const tagged: Event = {
  type: 'edited',
  cells: [{ id: 'a', line: 'x = 1', tagged: true }]
};
const error = { kind: 'path', what: 'no', where: '', hint: '' };

function after(...events: Event[]): IState {
  return events.reduce(next, fresh('churn.ipynb'));
}

function job(state: JobWire['state'], rest: Partial<JobWire> = {}): Event {
  return { type: 'reported', job: { job: '1', state, step: '', ...rest } };
}

const planned: Event[] = [
  tagged,
  { type: 'asked' },
  { type: 'planned', ticket: 1, report }
];

describe('planning', () => {
  it('waits for tags', () => {
    expect(after({ type: 'asked' }).plan).toEqual({ at: 'none' });
    expect(isTagged(after(tagged))).toBe(true);
  });

  it('shows the plan when it comes', () => {
    expect(shown(after(...planned))).toBe(report);
  });

  it('keeps the last plan on screen while a new one is made', () => {
    const state = after(...planned, { type: 'asked' });
    expect(state.plan.at).toBe('thinking');
    expect(shown(state)).toBe(report);
    expect(mayWrite(state)).toBe(false);
  });

  it('drops a reply to an old question', () => {
    const state = after(tagged, { type: 'asked' }, { type: 'asked' });
    expect(next(state, { type: 'planned', ticket: 1, report })).toBe(state);
    expect(next(state, { type: 'plan-failed', ticket: 1, error })).toBe(state);
  });

  it('shows an error instead of an old plan', () => {
    const state = after(
      ...planned,
      { type: 'asked' },
      { type: 'plan-failed', ticket: 2, error }
    );
    expect(shown(state)).toBeNull();
    expect(state.plan).toEqual({ at: 'failed', error });
  });

  it('holds back Write from the first keystroke until the new plan is there', () => {
    expect(mayWrite(after(...planned, tagged))).toBe(false);
    expect(shown(after(...planned, tagged))).toBe(report);
  });

  it('forgets the plan when the last tag is taken away', () => {
    const bare: Event = {
      type: 'edited',
      cells: [{ id: 'a', line: '', tagged: false }]
    };
    expect(shown(after(...planned, bare, { type: 'asked' }))).toBeNull();
  });
});

describe('writing', () => {
  it('is possible once there is a plan with files', () => {
    expect(mayWrite(after(...planned))).toBe(true);
    expect(mayWrite(after(...planned, { type: 'started' }))).toBe(false);
    const empty = { ...report, files: [] };
    expect(
      mayWrite(
        after(
          tagged,
          { type: 'asked' },
          { type: 'planned', ticket: 1, report: empty }
        )
      )
    ).toBe(false);
  });

  it('follows the steps of the job', () => {
    const state = after(
      ...planned,
      { type: 'started' },
      job('running', { step: 'comparing' })
    );
    expect(state.writing).toEqual({
      at: 'running',
      step: 'comparing',
      cancelling: false
    });
    expect(next(state, job('running', { step: 'comparing' }))).toBe(state);
  });

  it.each([
    [job('done', { report }), { at: 'done', report }],
    [job('done'), { at: 'failed', error: UNKNOWN }],
    [job('failed', { error }), { at: 'failed', error }],
    [job('failed'), { at: 'failed', error: UNKNOWN }],
    [job('cancelled'), { at: 'cancelled' }]
  ])('ends as the job ends', (event, writing) => {
    expect(after(...planned, { type: 'started' }, event).writing).toEqual(
      writing
    );
  });

  it('remembers that it was asked to stop', () => {
    const state = after(
      ...planned,
      { type: 'started' },
      { type: 'cancelling' }
    );
    expect(state.writing).toMatchObject({ at: 'running', cancelling: true });
  });

  it('is not disturbed by edits, but its outcome is put away by them', () => {
    expect(after(...planned, { type: 'started' }, tagged).writing.at).toBe(
      'running'
    );
    expect(
      after(...planned, { type: 'started' }, job('cancelled'), tagged).writing
        .at
    ).toBe('idle');
  });

  it('ignores news of a job that is not awaited', () => {
    const state = after(...planned);
    expect(next(state, job('done', { report }))).toBe(state);
    expect(next(state, { type: 'cancelling' })).toBe(state);
  });
});

it.each<Event>([
  { type: 'renamed', name: 'churn.ipynb' },
  { type: 'target', to: '' },
  { type: 'prove', prove: true }
])('$type with what is there already changes nothing', event => {
  const state = fresh('churn.ipynb');
  expect(next(state, event)).toBe(state);
});
