import * as React from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { Event, IState, fresh, next } from '../state';
import { Text } from '../views/parts';
import { IActions, PanelView } from '../views/panel';
import { chosen, valueOf } from '../views/tagform';
import { report, verdict } from './rows';

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
  tag: nothing
};
const planned: Event[] = [
  { type: 'edited', cells: [{ id: 'a', line: 'x = 1', tagged: true }] },
  { type: 'asked' },
  { type: 'planned', ticket: 1, report }
];

function html(...events: Event[]): string {
  const state: IState = events.reduce(next, fresh('churn.ipynb'));
  return renderToStaticMarkup(<PanelView state={state} actions={actions} />);
}

it('says what to do when no notebook is open', () => {
  const page = renderToStaticMarkup(
    <PanelView state={null} actions={actions} />
  );
  expect(page).toContain('Open a notebook');
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
