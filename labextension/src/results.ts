// The results of a notebook's runs as a table and as points of a plot.
import type { RunWire } from './wire';

export type Value = boolean | number | string | null | undefined;

/** Which column the rows are sorted by, and what is plotted; '' where nobody chose. */
export interface IView {
  column: string;
  descending: boolean;
  metric: string;
  over: string;
}

export type ViewEvent =
  | { type: 'sorted'; column: string }
  | { type: 'plotted'; metric?: string; over?: string };

/** A column: `key` says what it holds, `kind` how it is shown. */
export interface IColumn {
  key: string;
  title: string;
  kind: 'state' | 'parameter' | 'result' | 'seconds' | 'when';
}

/** A run as a point, in units of the values; `series` counts from 0. */
export interface IPoint {
  row: RunWire;
  x: number;
  y: number;
  series: number;
}

/**
 * What a plot shows: `ticks` of x carry texts, since x may be no number. The points are told apart by
 * the parameter `by`, whose values are `series`; '' where there is none.
 */
export interface IPlot {
  points: readonly IPoint[];
  by: string;
  series: readonly string[];
  x: IScale;
  y: IScale;
}

export interface IScale {
  low: number;
  high: number;
  ticks: readonly { at: number; text: string }[];
}

const MOST_SERIES = 5;

export const VIEW: IView = {
  column: 'when',
  descending: true,
  metric: '',
  over: ''
};

/** A second click on a column turns it around. */
export function viewed(view: IView, event: ViewEvent): IView {
  if (event.type === 'plotted') {
    const { metric = view.metric, over = view.over } = event;
    return { ...view, metric, over };
  }
  const { column } = event;
  const again = view.column === column;
  return {
    ...view,
    column,
    descending: again ? !view.descending : column === 'when'
  };
}

/** The columns: parameters that vary, then results. */
export function columnsOf(rows: readonly RunWire[]): IColumn[] {
  const names = (of: (row: RunWire) => object): string[] => [
    ...new Set(rows.flatMap(row => Object.keys(of(row))))
  ];
  const parameters = names(row => row.parameters).filter(
    name =>
      rows.length === 1 ||
      new Set(rows.map(row => JSON.stringify(row.parameters[name]))).size > 1
  );
  return [
    { key: 'state', title: 'State', kind: 'state' },
    ...parameters.sort().map((name): IColumn => ({
      key: `p.${name}`,
      title: name,
      kind: 'parameter'
    })),
    ...names(row => row.results).map((name): IColumn => ({
      key: `r.${name}`,
      title: name,
      kind: 'result'
    })),
    { key: 'seconds', title: 'Time', kind: 'seconds' },
    { key: 'when', title: 'When', kind: 'when' }
  ];
}

/** What a row holds in a column. */
export function valueIn(row: RunWire, key: string): Value {
  switch (key) {
    case 'state':
      return row.state;
    case 'seconds':
      return row.seconds;
    case 'when':
      return row.key; // the order in which they were begun
  }
  const name = key.slice(2);
  return key.startsWith('p.') ? row.parameters[name] : row.results[name];
}

/** The rows in the order of a column; what has no value there comes last. */
export function sorted(rows: readonly RunWire[], view: IView): RunWire[] {
  const { column, descending } = view;
  const sign = descending ? -1 : 1;
  return [...rows].sort((left, right) => {
    const [a, b] = [valueIn(left, column), valueIn(right, column)];
    const none = Number(isNone(a)) - Number(isNone(b));
    return none || sign * compared(a, b) || right.key - left.key;
  });
}

function isNone(value: Value): boolean {
  return value === null || value === undefined;
}

function compared(a: Value, b: Value): number {
  return typeof a === 'number' && typeof b === 'number'
    ? a - b
    : String(a).localeCompare(String(b), 'en', { numeric: true });
}

/** The names of results that are numbers, and of parameters that vary. */
export function plottable(rows: readonly RunWire[]): {
  metrics: string[];
  overs: string[];
} {
  const columns = columnsOf(rows);
  const of = (kind: IColumn['kind']): IColumn[] =>
    columns.filter(column => column.kind === kind);
  const isNumber = ({ key }: IColumn): boolean =>
    rows.some(row => typeof valueIn(row, key) === 'number');
  return {
    metrics: of('result')
      .filter(isNumber)
      .map(column => column.title),
    overs: rows.length > 1 ? of('parameter').map(column => column.title) : []
  };
}

/** The plot of a result over a parameter; null where there are not two points. */
export function plotOf(
  rows: readonly RunWire[],
  metric: string,
  over: string
): IPlot | null {
  const fit = rows.filter(
    row =>
      row.state === 'done' &&
      typeof row.results[metric] === 'number' &&
      !isNone(row.parameters[over])
  );
  if (fit.length < 2) {
    return null;
  }
  const given = fit.map(row => row.parameters[over]);
  const numbers = given.every(value => typeof value === 'number');
  const by = seriesOf(fit, over);
  const series = by ? valuesOf(fit, by) : [];
  const names = valuesOf(fit, over);
  const points = fit.map((row, i) => ({
    row,
    x: numbers ? Number(given[i]) : names.indexOf(String(given[i])),
    y: Number(row.results[metric]),
    series: by ? series.indexOf(nameOf(row, by)) : 0
  }));
  const x = numbers
    ? scaleOf(
        points.map(point => point.x),
        4
      )
    : {
        low: -0.5,
        high: names.length - 0.5,
        ticks: names.map((text, at) => ({ at, text }))
      };
  return {
    points,
    by,
    series,
    x,
    y: scaleOf(
      points.map(point => point.y),
      3
    )
  };
}

function nameOf(row: RunWire, parameter: string): string {
  return String(row.parameters[parameter] ?? 'default');
}

function valuesOf(rows: readonly RunWire[], parameter: string): string[] {
  return [...new Set(rows.map(row => nameOf(row, parameter)))].sort(compared);
}

/** The other parameter that takes fewest values, if these are few; '' where there is none. */
function seriesOf(rows: readonly RunWire[], over: string): string {
  const others = plottable(rows).overs.filter(name => name !== over);
  const sizes = others.map(
    name => [name, valuesOf(rows, name).length] as const
  );
  const few = sizes
    .filter(([, size]) => size > 1 && size <= MOST_SERIES)
    .sort((left, right) => left[1] - right[1]);
  return few[0]?.[0] ?? '';
}

/** A scale around values, with about so many round ticks. */
export function scaleOf(values: readonly number[], wanted: number): IScale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const span = most - least || Math.abs(most) || 1;
  const step = roundStep(span / wanted);
  const room = span * (most > least ? 0.06 : 0.5);
  const [low, high] = [least - room, most + room];
  const ticks: { at: number; text: string }[] = [];
  for (let n = Math.ceil(low / step); n * step <= high; n++) {
    const at = Number((n * step).toPrecision(12));
    ticks.push({ at, text: shortNumber(at) });
  }
  return { low, high, ticks };
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find(each => each * power >= rough) ?? 10;
  return factor * power;
}

/** A number that fits into a narrow column. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e7) {
    return String(value);
  }
  return size >= 1e7 || (size < 1e-3 && size > 0)
    ? value.toExponential(2).replace(/\.?0*e\+?/, 'e')
    : String(Number(value.toPrecision(4)));
}

/** A value as it stands in the table. */
export function shownValue(value: Value): string {
  if (isNone(value)) {
    return '';
  }
  return typeof value === 'number' ? shortNumber(value) : String(value);
}

/** '0.12 s', '3.4 s', '2 min 5 s'. */
export function duration(seconds: number): string {
  if (seconds < 60) {
    return `${seconds < 1 ? seconds.toFixed(2) : seconds.toFixed(1)} s`;
  }
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** 'just now', '5 min ago', '14:05', 'Mar 3'; both are seconds since 1970. */
export function ago(at: number, now: number): string {
  const past = now - at;
  if (past < 45) {
    return 'just now';
  }
  if (past < 3600) {
    return `${Math.max(1, Math.round(past / 60))} min ago`;
  }
  const day = new Date(at * 1000);
  return past < 20 * 3600
    ? day.toLocaleTimeString('en', {
        hour: '2-digit',
        minute: '2-digit',
        hour12: false
      })
    : day.toLocaleDateString('en', { month: 'short', day: 'numeric' });
}
