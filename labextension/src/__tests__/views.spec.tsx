import * as React from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { Event, IState, fresh, next } from '../state';
import { Text } from '../views/parts';
import { IActions, PanelView } from '../views/panel';
import { chosen, valueOf } from '../views/tagform';
import type { TestRunWire, TestsWire } from '../wire';
import { none, report, verdict, written } from './rows';

const nothing = (): void => undefined;
const actions: IActions = {
  jump: nothing,
  preview: nothing,
  open: nothing,
  target: nothing,
  prove: nothing,
  write: nothing,
  cancel: nothing,
  dismiss: nothing,
  runTests: nothing,
  cancelTests: nothing,
  openTest: nothing,
  tag: nothing
};
const planned: Event[] = [
  { type: 'edited', cells: [{ id: 'a', line: 'x = 1', tagged: true }] },
  { type: 'asked' },
  { type: 'planned', ticket: 1, report }
];

function html(...events: Event[]): string {
  return panel(events.reduce(next, fresh('churn.ipynb')));
}

function panel(state: IState | null): string {
  return renderToStaticMarkup(
    <PanelView
      state={state}
      actions={actions}
      inspected={null}
      running={null}
      tab="plan"
      onTab={nothing}
    />
  );
}

it('says what to do when no notebook is open', () => {
  expect(panel(null)).toContain('Open a notebook');
});

it('says what to do when nothing is tagged', () => {
  expect(html()).toContain('Tag this cell');
  expect(html()).not.toContain('Write');
});

it('shows functions, refusals with what to do, and the files', () => {
  const page = html(...planned);
  expect(page).toContain('aria-label="Function clean"');
  expect(page).toContain('Write the code out.');
  expect(page).toContain('Write 2 files');
  expect(page).toContain('Go to cell 4');
});

it('shows an error as sentences, and nothing to write', () => {
  const error = {
    kind: 'tag',
    what: 'two tags',
    where: 'cell 3',
    hint: 'keep one'
  };
  const page = html(planned[0], planned[1], {
    type: 'plan-failed',
    ticket: 1,
    error
  });
  expect(page).toContain('Two tags.');
  expect(page).toContain('Keep one.');
  expect(page).not.toContain('Write');
});

it('shows what was proved', () => {
  const job = {
    job: '1',
    state: 'done',
    step: '',
    report: { ...report, verdict }
  } as const;
  const page = html(...planned, { type: 'started' }, { type: 'reported', job });
  expect(page).toContain('data-status="equivalent"');
  expect(page).toContain('14 outputs, 22 variables, 5 figures compared.');
});

describe('the tests', () => {
  const ended = { job: '1', state: 'done', step: '' } as const;
  const proved = (tests?: Partial<TestsWire>): Event[] => {
    const characterization = { ...written.characterization, ...tests };
    const done = { ...ended, report: { ...written, characterization } };
    return [...planned, { type: 'started' }, { type: 'reported', job: done }];
  };
  const ran = (run: Partial<TestRunWire>): Event[] => {
    const blank = { first: 0, lines: [], results: [], passed: false, said: '' };
    const job = { ...ended, tests: { ...blank, ...run } };
    return [{ type: 'tests-started' }, { type: 'tests-reported', job }];
  };

  it('say what they are worth, function by function', () => {
    const page = html(...proved());
    expect(page).toContain(
      '2 tests run 4 of 5 lines and notice 8 of 9 small faults.'
    );
    expect(page).toContain('The tests run 4 of 5 lines');
    expect(page).toContain('title="test_clean_missing_value"');
    expect(page).toContain('From test cells');
    expect(page).toContain('1 fault no test notices');
    expect(page).toContain('<code>&gt;=</code>');
    expect(page).toContain('Masked: e-mail addresses.');
    expect(page).toContain('Run tests');
    expect(page).not.toContain('Output of pytest');
  });

  it('are those of the last promotion where nothing has changed', () => {
    const page = html(...proved({ ...none, status: 'kept' }));
    expect(page).toContain('The tests are those of the last promotion.');
    expect(page).toContain('clean as in the notebook');
    expect(page).not.toContain('From test cells');
  });

  it('say why there are none', () => {
    const page = html(
      ...proved({ ...none, notes: ['no promoted function was called'] })
    );
    expect(page).toContain('No promoted function was called.');
  });

  it('are not there when nothing was written', () => {
    const different = { ...verdict, status: 'different' } as const;
    const job = { ...ended, report: { ...written, verdict: different } };
    expect(
      html(...planned, { type: 'started' }, { type: 'reported', job })
    ).not.toContain('aria-label="Tests"');
  });

  it('get a tick or a cross as they end', () => {
    const page = html(
      ...proved(),
      ...ran({
        lines: [
          't.py::test_by_hand PASSED [ 50%]',
          'E   assert <b>',
          '========== 1 failed, 1 passed in 0.1s =========='
        ],
        results: [
          { test: 'test_by_hand', outcome: 'passed' },
          { test: 'test_clean_missing_value', outcome: 'failed' }
        ],
        said: '1 of 2 tests failed'
      })
    );
    expect(page.match(/data-outcome="passed"/g)).toHaveLength(1);
    expect(page.match(/data-outcome="failed"/g)).toHaveLength(1);
    expect(page.match(/data-outcome="unknown"/g)).toHaveLength(1);
    expect(page).toContain('1 of 2 tests failed.');
    expect(page).toMatch(/<span data-tint="good"[^>]*>PASSED test_by_hand\n/);
    expect(page).toContain('<span data-tint="bad">E   assert &lt;b&gt;');
    expect(page).toContain('=== 1 failed, 1 passed in 0.1s ===\n');
    expect(page).toContain('Run again');
  });

  it('can be cancelled while they run', () => {
    const page = html(...proved(), { type: 'tests-started' });
    expect(page).toContain('Starting…');
    expect(page).toContain('Cancel');
    expect(page).not.toContain('Run tests');
  });
});

it('never takes a name for markup', () => {
  const page = renderToStaticMarkup(<Text>{'see `<b>` and <i>'}</Text>);
  expect(page).toBe('see <code>&lt;b&gt;</code> and &lt;i&gt;');
});

describe('the form for a tag', () => {
  it.each([
    ['group', 'clean', { kind: 'promote', name: 'clean' }],
    ['promote', 'clean', { kind: 'promote', name: '' }],
    ['test', '', { kind: 'test', name: '' }],
    ['parameters', '', { kind: 'parameters' }],
    ['none', '', null]
  ])('%s with the name %j', (value, name, role) => {
    expect(chosen(value, name)).toEqual({ role, problem: '' });
  });

  it('refuses a name that is none', () => {
    expect(chosen('group', 'a b').problem).not.toBe('');
  });

  it('starts with what the cell is now', () => {
    expect(valueOf({ kind: 'promote', name: 'a' })).toBe('group');
    expect(valueOf({ kind: 'promote', name: '' })).toBe('promote');
    expect(valueOf({ kind: 'skip' })).toBe('skip');
    expect(valueOf(null)).toBe('none');
  });
});
