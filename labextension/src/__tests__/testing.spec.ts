import { Event, IState, fresh, next, testable } from '../state';
import { ITestRun, factOf, groupsOf, lineOf, testsIn } from '../testing';
import type { JobWire, TestRunWire } from '../wire';
import { TEXT, none, report, written } from './rows';

const done: Event[] = [
  { type: 'started' },
  {
    type: 'reported',
    job: { job: '1', state: 'done', step: '', report: written }
  }
];
const tagged: Event = {
  type: 'edited',
  cells: [{ id: 'a', line: 'x = 1', tagged: true }]
};
const error = { kind: 'run', what: 'no', where: '', hint: '' };

function after(...events: Event[]): IState {
  return events.reduce(next, fresh('churn.ipynb'));
}

function news(run: Partial<TestRunWire>, rest: Partial<JobWire> = {}): Event {
  const blank = { first: 0, lines: [], results: [], passed: false, said: '' };
  const tests = { ...blank, ...run };
  const job = { job: '2', state: 'running', step: 'running', tests } as const;
  return { type: 'tests-reported', job: { ...job, ...rest } };
}

function run(...events: Event[]): ITestRun {
  const { testing } = after(...done, { type: 'tests-started' }, ...events);
  if (testing.at === 'idle') {
    throw new Error('no run');
  }
  return testing;
}

describe('a run of tests', () => {
  it('needs a promotion that was written with tests', () => {
    expect(testable(after(...done))).toBe(written);
    expect(testable(after())).toBeNull();
    const bare = { ...written, tests: [] };
    const job = { job: '1', state: 'done', step: '', report: bare } as const;
    expect(
      testable(after({ type: 'started' }, { type: 'reported', job }))
    ).toBeNull();
  });

  it('puts lines together, though some come twice', () => {
    const lines = run(
      news({ lines: ['a', 'b'] }),
      news({ first: 1, lines: ['b', 'c'] }),
      news({ first: 3, lines: [] })
    ).lines;
    expect(lines).toEqual(['a', 'b', 'c']);
  });

  it('waits for its turn, then tells what became of each test', () => {
    expect(run(news({}, { step: 'waiting' })).waiting).toBe(true);
    const results = [{ test: 'test_a', outcome: 'passed' } as const];
    expect(run(news({ results }))).toMatchObject({
      at: 'running',
      waiting: false,
      results: { test_a: 'passed' }
    });
  });

  it('ends as the job ends', () => {
    const said = 'all 2 tests passed';
    expect(run(news({ passed: true, said }, { state: 'done' }))).toMatchObject({
      at: 'done',
      passed: true,
      said
    });
    const failed = news({}, { state: 'failed', error });
    expect(run(failed)).toMatchObject({ at: 'failed', error });
    expect(run({ type: 'tests-failed', error })).toMatchObject({
      at: 'failed',
      error
    });
  });

  it('keeps what it had told when it is cancelled', () => {
    const stopped = run(
      news({ lines: ['a'] }),
      { type: 'tests-cancelling' },
      news({ first: 1 }, { state: 'cancelled' })
    );
    expect(stopped).toMatchObject({ at: 'cancelled', lines: ['a'] });
  });

  it('is not disturbed by edits, but put away by the next one', () => {
    const running = after(...done, { type: 'tests-started' }, tagged);
    expect(running.testing.at).toBe('running');
    expect(running.writing.at).toBe('done');
    const ended = next(next(running, news({}, { state: 'done' })), tagged);
    expect([ended.testing.at, ended.writing.at]).toEqual(['idle', 'idle']);
  });

  it('is put away with the outcome, and by the next Write', () => {
    const ended = [{ type: 'tests-started' }, news({}, { state: 'done' })];
    for (const type of ['dismissed', 'started'] as const) {
      const state = after(...done, ...(ended as Event[]), { type });
      expect(state.testing).toEqual({ at: 'idle' });
    }
  });

  it('ignores news when none is awaited', () => {
    const state = after(...done);
    expect(next(state, news({}))).toBe(state);
    expect(next(state, { type: 'tests-cancelling' })).toBe(state);
  });
});

describe('the tests in a file', () => {
  it('are found in its order, with their lines', () => {
    expect(testsIn(TEXT)).toEqual([
      'test_by_hand',
      'test_clean_as_in_the_notebook',
      'test_clean_missing_value'
    ]);
    expect(lineOf(TEXT, 'test_by_hand')).toBe(3);
    expect(lineOf(TEXT, 'test_clean')).toBe(-1);
  });

  it('are listed by function, those of test cells last', () => {
    expect(groupsOf(written).map(group => [group.name, group.tests])).toEqual([
      ['clean', ['test_clean_as_in_the_notebook', 'test_clean_missing_value']],
      ['', ['test_by_hand']]
    ]);
    expect(groupsOf({ ...report, characterization: none })).toEqual([]);
  });

  it.each([
    ['test_clean_as_in_the_notebook', 'clean', 'as in the notebook'],
    ['test_model_fit_twice', 'Model.fit', 'twice'],
    ['test_clean_up', 'load', 'clean up'],
    ['test_by_hand', '', 'by hand'],
    ['test_', '', 'test_']
  ])('%s of %j reads %j', (test, name, words) => {
    expect(factOf(test, name)).toBe(words);
  });
});
