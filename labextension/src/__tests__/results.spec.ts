import {
  VIEW,
  ago,
  columnsOf,
  duration,
  plotOf,
  plottable,
  scaleOf,
  shortNumber,
  sorted,
  viewed
} from '../results';
import { row } from './runrows';

const rows = [
  row(3, {
    parameters: { n: 10, mode: 'a', same: 1 },
    results: { score: 0.5, label: 'x' }
  }),
  row(2, {
    parameters: { n: 9, mode: 'b', same: 1 },
    results: { score: 0.7, label: 'y' }
  }),
  row(1, { parameters: { mode: 'b', same: 1 }, state: 'failed', results: {} })
];
const by = (column: string, descending = false): number[] =>
  sorted(rows, { ...VIEW, column, descending }).map(each => each.key);

describe('the table', () => {
  it('has the parameters that vary, and all results', () => {
    expect(columnsOf(rows).map(column => column.title)).toEqual([
      'State',
      'mode',
      'n',
      'score',
      'label',
      'Time',
      'When'
    ]);
    expect(columnsOf(rows.slice(0, 1)).map(column => column.title)).toContain(
      'same'
    );
  });

  it('is sorted by numbers as numbers; what has no value comes last', () => {
    expect(by('p.n')).toEqual([2, 3, 1]);
    expect(by('p.n', true)).toEqual([3, 2, 1]);
    expect(by('r.label', true)).toEqual([2, 3, 1]);
    expect(by('p.mode')).toEqual([3, 2, 1]);
    expect(by('when', true)).toEqual([3, 2, 1]);
  });

  it('turns around at the second click', () => {
    const once = viewed(VIEW, { type: 'sorted', column: 'p.n' });
    expect(once).toMatchObject({ column: 'p.n', descending: false });
    expect(viewed(once, { type: 'sorted', column: 'p.n' }).descending).toBe(
      true
    );
    expect(viewed(once, { type: 'sorted', column: 'when' }).descending).toBe(
      true
    );
  });
});

describe('the plot', () => {
  it('offers results that are numbers, and parameters that vary', () => {
    expect(plottable(rows)).toEqual({
      metrics: ['score'],
      overs: ['mode', 'n']
    });
    expect(plottable(rows.slice(0, 1)).overs).toEqual([]);
  });

  it('has a point for each run that has both', () => {
    const plot = plotOf(rows, 'score', 'n');
    expect(plot?.points.map(point => [point.x, point.y])).toEqual([
      [10, 0.5],
      [9, 0.7]
    ]);
  });

  it('tells points apart by another parameter with few values', () => {
    const plot = plotOf(rows, 'score', 'n');
    expect([plot?.by, plot?.series]).toEqual(['mode', ['a', 'b']]);
    expect(plot?.points.map(point => point.series)).toEqual([0, 1]);
    const many = [1, 2, 3, 4, 5, 6].map(n =>
      row(n, { parameters: { n, m: n }, results: { score: n } })
    );
    expect(plotOf(many, 'score', 'n')?.by).toBe('');
  });

  it('puts texts side by side', () => {
    const plot = plotOf(rows, 'score', 'mode');
    expect(plot?.points.map(point => point.x)).toEqual([0, 1]);
    expect(plot?.x.ticks.map(tick => tick.text)).toEqual(['a', 'b']);
  });

  it('needs two points', () => {
    expect(plotOf(rows.slice(1), 'score', 'n')).toBeNull();
  });

  it('has round ticks that lie within', () => {
    const { ticks, low, high } = scaleOf([0.1, 0.9], 4);
    expect(ticks.map(tick => tick.text)).toEqual(['0.2', '0.4', '0.6', '0.8']);
    expect(low).toBeLessThan(0.1);
    expect(high).toBeGreaterThan(0.9);
    const flat = scaleOf([5, 5], 3);
    expect(flat.low).toBeLessThan(5);
    expect(flat.ticks.length).toBeGreaterThan(1);
    expect(scaleOf([0, 0], 3).ticks.length).toBeGreaterThan(0);
  });
});

it.each([
  [3, '3'],
  [0.1 + 0.2, '0.3'],
  [1234567, '1234567'],
  [123456789, '1.23e8'],
  [0.00001, '1e-5'],
  [-2.34567, '-2.346'],
  [0, '0']
])('shows %d as %s', (value, text) => {
  expect(shortNumber(value)).toBe(text);
});

it('shows times', () => {
  expect([0.123, 3.44, 125.4].map(duration)).toEqual([
    '0.12 s',
    '3.4 s',
    '2 min 5 s'
  ]);
  expect([100, 40, -500].map(at => ago(at, 110))).toEqual([
    'just now',
    '1 min ago',
    '10 min ago'
  ]);
});
