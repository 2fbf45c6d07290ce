// How values read on screen.
import type {
  CoverageWire,
  ErrorBody,
  FileWire,
  PlaceWire,
  ReportWire,
  TestsWire,
  VerdictWire
} from './wire';

/** Lines of a cell or file, counted from 1; `cell` counts from 0. */
export type Place = Pick<PlaceWire, 'path' | 'cell' | 'line' | 'end_line'>;

export type Change = 'new' | 'changed' | 'same';

/** '1 function', '3 functions'. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

/** 'Cell 3' or 'Cells 3, 4 and 7', counted from 1 as people do; `cells` counts from 0. */
export function cellNames(cells: readonly number[]): string {
  const numbers = cells.map(cell => String(cell + 1));
  const last = numbers.pop();
  return numbers.length
    ? `Cells ${numbers.join(', ')} and ${last}`
    : `Cell ${last ?? '?'}`;
}

/**
 * 'Cell 3, lines 2–9' in the notebook `here`, 'other.ipynb, cell 3, line 2' elsewhere: a path that
 * begins at the notebook's folder, if the file lies below it.
 */
export function placeName(place: Place, here: string): string {
  const { path, cell, line, end_line } = place;
  const [folder] = split(here);
  const file = path.startsWith(folder) ? path.slice(folder.length) : path;
  const several = line !== null && end_line !== null && end_line > line;
  const parts = [
    path === here && cell !== null ? '' : file,
    cell === null ? '' : `cell ${cell + 1}`,
    line === null ? '' : several ? `lines ${line}–${end_line}` : `line ${line}`
  ];
  const text = parts.filter(part => part).join(', ');
  return path === here ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** A lower-case message without a full stop, as a sentence. */
export function sentence(text: string): string {
  const plain = text.trim();
  if (!plain) {
    return '';
  }
  const first = plain.charAt(0).toUpperCase() + plain.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}

/** What is wrong, where, and what to do, in one line. */
export function errorLine(error: ErrorBody): string {
  const where = error.where ? `${error.where}: ` : '';
  return `${sentence(where + error.what)} ${sentence(error.hint)}`.trim();
}

/** What became of a promotion, as a headline. */
export function headline(report: ReportWire): string {
  switch (report.files.length ? report.verdict.status : 'nothing') {
    case 'equivalent':
      return 'Equivalent';
    case 'different':
      return 'Not equivalent: nothing was written';
    case 'not-verified':
      return 'Not proved: nothing was written';
    case 'not-run':
      return 'Written without a proof';
    default:
      return 'Every group was refused: nothing was written';
  }
}

/** What was compared, as far as there was any of it. */
export function compared(verdict: VerdictWire): string {
  const parts = [
    count(verdict.outputs, 'output'),
    count(verdict.variables, 'variable'),
    ...(verdict.figures ? [count(verdict.figures, 'figure')] : []),
    ...(verdict.files ? [count(verdict.files, 'file')] : [])
  ];
  return `${parts.join(', ')} compared`;
}

/** What the tests of today's behaviour are worth, as one sentence. */
export function pinned(
  found: TestsWire,
  status: VerdictWire['status']
): string {
  if (found.status === 'kept') {
    return 'The tests are those of the last promotion.';
  }
  if (found.status === 'none') {
    return status === 'not-run'
      ? 'Nothing was run, so no test pins what the functions do today.'
      : 'No test pins what the functions do today.';
  }
  const sum = (of: (each: CoverageWire) => number): number =>
    found.functions.reduce((total, each) => total + of(each), 0);
  const tests = sum(each => each.tests.length);
  const whole = sum(each => each.lines);
  const noticed = found.mutants - found.survivors.length;
  const one = tests === 1;
  const ran = `${count(tests, 'test')} ${one ? 'runs' : 'run'} ${sum(each => each.covered)} of ${count(whole, 'line')}`;
  return found.mutants
    ? `${ran} and ${one ? 'notices' : 'notice'} ${noticed} of ${count(found.mutants, 'small fault')}.`
    : `${ran}.`;
}

/** Whether the files of a finished promotion stand on the disk. */
export function isWritten({ files, verdict }: ReportWire): boolean {
  return (
    files.length > 0 &&
    (verdict.status === 'equivalent' || verdict.status === 'not-run')
  );
}

/** Whether the file browser, and so JupyterLab, leaves the file alone. */
export function isHidden(path: string): boolean {
  return path.split('/').some(part => part.startsWith('.'));
}

/** What writing a file would do to it. */
export function change(file: FileWire): Change {
  if (file.existing === null) {
    return 'new';
  }
  return file.existing === file.text ? 'same' : 'changed';
}

/** The folder and the name of a path with forward slashes. */
export function split(path: string): [folder: string, name: string] {
  const slash = path.lastIndexOf('/') + 1;
  return [path.slice(0, slash), path.slice(slash)];
}

/** `path` below the folder `to`, as the file browser knows it. */
export function join(to: string, path: string): string {
  return to === '.' || to === '' ? path : `${to.replace(/\/+$/, '')}/${path}`;
}

/** The number of lines of a text. */
export function lines(text: string): number {
  return text ? text.replace(/\n$/, '').split('\n').length : 0;
}

/** The line of a cell's source that tells best what it does. */
export function telling(source: string): string {
  const all = source.split('\n').map(line => line.trim());
  return (
    all.find(line => line && !/^[#@%]/.test(line)) ??
    all.find(line => line) ??
    ''
  );
}
