import * as React from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { IRuns, RunsEvent, UNRUN, ran } from '../runs';
import { IRunActions, RunsView } from '../views/runs';
import type { EndedWire, JobWire } from '../wire';
import { ended, form, numbers, row } from './runrows';

const nothing = (): void => undefined;
const actions: IRunActions = {
  act: nothing,
  start: nothing,
  cancel: nothing,
  dismiss: nothing,
  refresh: nothing,
  open: nothing,
  jump: nothing,
  back: nothing,
  tag: nothing
};
const formed: RunsEvent = { type: 'formed', ticket: 0, form };

function html(...events: RunsEvent[]): string {
  const runs: IRuns = events.reduce(ran, UNRUN);
  return renderToStaticMarkup(<RunsView runs={runs} actions={actions} />);
}

function reported(
  state: JobWire['state'],
  news: Partial<typeof numbers>
): RunsEvent[] {
  const running = { ...numbers, ...news };
  const job: JobWire = { job: '1', state, step: '', running };
  return [
    formed,
    { type: 'run-started', sweep: running.sweep },
    { type: 'run-reported', job }
  ];
}

it('has a field for each parameter, with its help', () => {
  const page = html(formed);
  expect(page).toContain('for="jp-Promote-parameter-n"');
  expect(page).toContain('how many');
  expect(page).toContain('value="0.5"');
  expect(page).toContain('role="switch"');
  expect(page).toContain('<option selected="">a</option>');
});

it('says what is wrong below the field', () => {
  const what = "'x' is no value for 'n'";
  const problems = { n: { kind: '', what, where: '', hint: 'it is 3' } };
  const page = html({ ...formed, form: { ...form, problems, runs: 0 } });
  expect(page).toContain('aria-invalid="true"');
  expect(page).toContain(
    '&#x27;x&#x27; is no value for &#x27;n&#x27;. It is 3.'
  );
  expect(page).toMatch(/<button type="submit"[^>]* disabled=""/);
});

it('says how many runs a sweep is', () => {
  const page = html(
    formed,
    { type: 'mode', sweep: true },
    { type: 'typed', name: 'n', text: '1..12' },
    { type: 'formed', ticket: 2, form: { ...form, runs: 12 } }
  );
  expect(page).toContain('Sweep 12 runs');
  expect(page).toContain('aria-pressed="true"');
});

it('says what to do without a parameters cell', () => {
  const none = { ...form, cell: null, parameters: [] };
  const page = html({ ...formed, form: none });
  expect(page).toContain('No parameters cell');
  expect(page).toContain('Tag this cell');
});

it('tells the cell that is executed, and what it shows', () => {
  const now = [{ id: 'r', parameters: {}, cell: 4, index: 1, total: 3 }];
  const page = html(...reported('running', { now, lines: ['<b>hi</b>'] }));
  expect(page).toContain('Running cell 5 (2 of 3)');
  expect(page).toContain('&lt;b&gt;hi&lt;/b&gt;');
  expect(page).toContain('Cancel');
});

it('shows how a run ended while it is compared with a warm one', () => {
  const page = html(...reported('running', { done: 1, ended: [ended] }));
  expect(page).toContain('Comparing with a warm run…');
  expect(page).toContain('Open output');
});

it('tells how many runs of a sweep are over', () => {
  const news = { sweep: true, total: 9, done: 3, failed: 1 };
  expect(html(...reported('running', news))).toContain(
    '4 of 9 runs · 1 failed'
  );
  expect(html(...reported('cancelled', news))).toContain(
    'Cancelled: 4 of 9 runs had ended'
  );
});

it('tells where a run failed', () => {
  const failed: EndedWire = {
    ...ended,
    state: 'failed',
    cell: 2,
    line: 1,
    error: 'ZeroDivisionError: division by zero',
    traceback: 'Traceback\n1 / 0'
  };
  const page = html(...reported('done', { failed: 1, ended: [failed] }));
  expect(page).toContain('Failed in 0.12 s');
  expect(page).toContain('aria-label="Go to cell 3"');
  expect(page).toContain('ZeroDivisionError');
  expect(page).toContain('Open output');
  expect(page).toContain('Traceback');
});

it('shows results in a table that says how it is sorted, and a plot', () => {
  const rows = [1, 2].map(n =>
    row(n, { parameters: { n, '<i>': 'x' }, results: { score: n / 3 } })
  );
  const page = html(formed, { type: 'listed', rows });
  expect(page).toContain('aria-sort="descending"');
  expect(page).toContain('0.3333');
  expect(page).toContain('score over n: 2 runs');
  expect(page.match(/<circle/g)).toHaveLength(2);
  expect(page).not.toContain('<i>');
});

it('does not offer an output that is gone', () => {
  const rows = [row(1, { output: '' })];
  const page = html(formed, { type: 'listed', rows });
  expect(page).toContain('data-open="false"');
  expect(page).not.toContain('Open the output');
});
