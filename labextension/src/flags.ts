// What the checks say about one open notebook, and what each event makes of it.
import type {
  ErrorBody,
  FindingWire,
  FindingsRequest,
  FindingsWire,
  LinesWire
} from './wire';

/** What is asked for: what stands in the cells is soon said, copies take longer. */
export type About = NonNullable<FindingsRequest['about']>;

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** A finding about a cell of an open notebook, or (`id` is '') about the notebook as a whole. */
export interface IFlag extends FindingWire {
  key: string;
  about: About;
  id: string;
  severity: Severity;
}

/** `rules` explains each code that is flagged. */
export interface IFlags {
  at: 'off' | 'waiting' | 'ready' | 'failed';
  flags: readonly IFlag[];
  rules: Readonly<Record<string, string>>;
  error: ErrorBody | null;
}

export type FlagEvent =
  | { type: 'switched'; on: boolean }
  | {
      type: 'found';
      about: About;
      answer: FindingsWire;
      path: string;
      ids: readonly string[];
      ignore: readonly string[];
    }
  | { type: 'failed'; about: About; error: ErrorBody };

/** What a rule finds, why that matters, and what to do instead. */
export interface IExplanation {
  what: string;
  why: string;
  instead: string;
}

/** The flags of one rule. */
export interface IFlagGroup {
  code: string;
  flags: readonly IFlag[];
}

/** Where in a text, counted in characters. */
export interface IRange {
  from: number;
  to: number;
}

const COPIED = 'JP1';
const SEVERITIES: readonly [start: string, severity: Severity][] = [
  ['JP303', 'error'],
  [COPIED, 'info'],
  ['JP2', 'hint'],
  ['JP3', 'warning'],
  ['JP4', 'warning']
];
const RANKS: readonly Severity[] = ['error', 'warning', 'info', 'hint'];
const PARTS = /^(Why it matters|Instead):\s*/m;

/** The flags of a notebook that has just been opened. */
export function unflagged(on: boolean): IFlags {
  return {
    at: on ? 'waiting' : 'off',
    flags: [],
    rules: {},
    error: null
  };
}

/** The flags after `event`; the very same object where nothing changes. */
export function flagged(state: IFlags, event: FlagEvent): IFlags {
  if (event.type === 'switched') {
    return event.on === (state.at !== 'off') ? state : unflagged(event.on);
  }
  if (state.at === 'off') {
    return state; // switched off while it was asked
  }
  switch (event.type) {
    case 'found':
      return found(state, event);
    case 'failed':
      return failed(state, event.about, event.error);
  }
}

/** The flags of one cell. */
export function ofCell({ flags }: IFlags, id: string): IFlag[] {
  return flags.filter(flag => flag.id === id);
}

/** The flags by rule, the worst first. */
export function byRule({ flags }: IFlags): IFlagGroup[] {
  const groups = new Map<string, IFlag[]>();
  for (const flag of flags) {
    groups.set(flag.code, [...(groups.get(flag.code) ?? []), flag]);
  }
  const rank = ([code]: [string, IFlag[]]): number =>
    RANKS.indexOf(severityOf(code));
  return [...groups]
    .sort((a, b) => rank(a) - rank(b) || (a[0] < b[0] ? -1 : 1))
    .map(([code, each]) => ({ code, flags: each }));
}

/** How grave a finding of this rule is. */
export function severityOf(code: string): Severity {
  return SEVERITIES.find(([start]) => code.startsWith(start))?.[1] ?? 'info';
}

/** The gravest of all. */
export function worst(flags: readonly IFlag[]): Severity {
  return RANKS.find(each => flags.some(f => f.severity === each)) ?? 'hint';
}

/** The parts of a rule's explanation. */
export function explained(text: string): IExplanation {
  const [what, ...rest] = text.split(PARTS);
  const flat = (part = ''): string => part.replace(/\s+/g, ' ').trim();
  const after = (title: string): string =>
    flat(rest[rest.indexOf(title) + 1 || rest.length]);
  return {
    what: flat(what),
    why: after('Why it matters'),
    instead: after('Instead')
  };
}

/**
 * What to underline for a flag: the name that the message quotes where it stands on the one line,
 * else the text of the lines, without the blanks around it. Null where the cell is empty.
 */
export function rangeOf(source: string, flag: FindingWire): IRange | null {
  const lines = source.split('\n');
  const some = lines.findIndex(line => line.trim());
  if (some < 0) {
    return null;
  }
  const clip = (line: number): number =>
    Math.min(Math.max(line, 1), lines.length) - 1;
  const first = flag.line === null ? some : clip(flag.line);
  const last = Math.max(first, clip(flag.end_line ?? first + 1));
  const starts = starting(lines);
  const name = first === last ? quoted(lines[first], flag.message) : null;
  if (name) {
    const from = starts[first] + name.from;
    return { from, to: starts[first] + name.to };
  }
  const from = starts[first] + lines[first].search(/\S|$/);
  return { from, to: Math.max(from, starts[last] + trimmed(lines[last])) };
}

/** Whether a flag is about more than one line. */
export function isLong({ line, end_line }: FindingWire): boolean {
  return line !== null && (end_line ?? line) > line;
}

/** The copies in the notebook that a flag tells of, its own lines first; none for other flags. */
export function copiesOf(flag: FindingWire): LinesWire[] {
  const { code, path, related = [] } = flag;
  const places = [flag, ...related].filter(each => each.path === path);
  return code.startsWith(COPIED)
    ? places.flatMap(({ cell, line, end_line }) =>
        cell === null || line === null
          ? []
          : [{ cell, first: line, last: end_line ?? line }]
      )
    : [];
}

/** `tags` with the one that silences a rule on a cell. */
export function silencing(tags: readonly string[], code: string): string[] {
  const tag = `noqa:${code}`;
  return tags.includes(tag) ? [...tags] : [...tags, tag];
}

/** Flags that say the same as before, and those about something else, stay the very same objects. */
function found(
  state: IFlags,
  event: Extract<FlagEvent, { type: 'found' }>
): IFlags {
  const { about, answer, ids } = event;
  const last = state.flags.filter(flag => flag.about === about);
  const others = state.flags.filter(flag => flag.about !== about);
  const known = new Map(last.map(flag => [JSON.stringify(flag), flag]));
  const flags = answer.findings
    .filter(each => each.path === event.path)
    .filter(each => !event.ignore.some(code => each.code.startsWith(code)))
    .map(each => flagOf(each, about, ids))
    .map(flag => known.get(JSON.stringify(flag)) ?? flag);
  const same =
    flags.length === last.length && flags.every((flag, i) => flag === last[i]);
  const at = about === 'copies' && state.at !== 'ready' ? state.at : 'ready';
  return same && at === state.at
    ? state
    : {
        at,
        flags: [...others, ...flags],
        rules: { ...state.rules, ...answer.rules },
        error: at === 'failed' ? state.error : null
      };
}

/** Without an answer about copies, what is known of the cells still holds. */
function failed(state: IFlags, about: About, error: ErrorBody): IFlags {
  const flags = state.flags.filter(flag => flag.about !== about);
  if (about === 'copies') {
    return flags.length === state.flags.length ? state : { ...state, flags };
  }
  return { ...unflagged(true), at: 'failed', error };
}

function flagOf(
  finding: FindingWire,
  about: About,
  ids: readonly string[]
): IFlag {
  const { code, cell, line, message } = finding;
  const id = cell === null ? '' : (ids[cell] ?? '');
  const key = [code, id, line, message].join(' ');
  return { ...finding, id, key, about, severity: severityOf(code) };
}

function starting(lines: readonly string[]): number[] {
  let at = 0;
  return lines.map(line => {
    const start = at;
    at += line.length + 1;
    return start;
  });
}

function trimmed(line: string): number {
  return line.trimEnd().length;
}

function quoted(line: string, message: string): IRange | null {
  for (const [, name] of message.matchAll(/'([\p{L}_][\p{L}\p{N}_]*)'/gu)) {
    const whole = new RegExp(
      `(?<![\\p{L}\\p{N}_.])${name}(?![\\p{L}\\p{N}_])`,
      'u'
    );
    const from = line.search(whole);
    if (from >= 0) {
      return { from, to: from + name.length };
    }
  }
  return null;
}
