import * as React from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import {
  About,
  FlagEvent,
  IFlag,
  IFlags,
  byRule,
  copiesOf,
  explained,
  flagged,
  ofCell,
  rangeOf,
  severityOf,
  silencing,
  unflagged,
  worst
} from '../flags';
import { linesOf } from '../copies';
import { FlagsView, IFlagActions } from '../views/flags';
import type { FindingWire, PlaceWire } from '../wire';
import { placeName } from '../words';

const nothing = (): void => undefined;
const actions: IFlagActions = {
  goTo: nothing,
  compare: nothing,
  unify: nothing,
  silence: nothing
};
const rules = {
  JP301:
    'A cell reads a name that no cell above it defines.\n\n' +
    'Why it matters: it worked only because of\nwhat the kernel remembered.\n' +
    'Instead: move the defining cell above.'
};
const error = { kind: 'path', what: 'no', where: '', hint: '' };

function finding(changes: Partial<FindingWire> = {}): FindingWire {
  return {
    code: 'JP301',
    message: "reads 'total', but no cell defines it",
    hint: 'move the defining cell above',
    path: 'a.ipynb',
    cell: 1,
    line: 2,
    ...changes
  };
}

function found(
  findings: FindingWire[],
  ignore: readonly string[] = [],
  about: About = 'cells'
): FlagEvent {
  return {
    type: 'found',
    about,
    answer: { findings, rules },
    path: 'a.ipynb',
    ids: ['x', 'y'],
    ignore
  };
}

function after(...events: FlagEvent[]): IFlags {
  return events.reduce(flagged, unflagged(true));
}

describe('flags', () => {
  it('belong to the cell that had the place when it was asked', () => {
    const flags = after(found([finding(), finding({ cell: null })]));
    expect(ofCell(flags, 'y')).toHaveLength(1);
    expect(flags.flags[1].id).toBe('');
  });

  it('are only those of the notebook itself', () => {
    expect(after(found([finding({ path: 'b.ipynb' })])).flags).toEqual([]);
  });

  it.each([
    ['JP301', 0],
    ['JP3', 0],
    ['JP302', 1]
  ])('of a rule that is left out as %s', (ignored, left) => {
    expect(after(found([finding()], [ignored])).flags).toHaveLength(left);
  });

  it('stay the same object when the answer says the same', () => {
    const flags = after(found([finding()]));
    expect(flagged(flags, found([finding()]))).toBe(flags);
    const more = flagged(flags, found([finding({ line: 3 }), finding()]));
    expect(more.flags).toHaveLength(2);
    expect(more.flags[1]).toBe(flags.flags[0]);
  });

  it('go when the server fails, and come back', () => {
    const failed = after(found([finding()]), {
      type: 'failed',
      about: 'cells',
      error
    });
    expect(failed).toMatchObject({ at: 'failed', flags: [], error });
    expect(flagged(failed, found([finding()])).at).toBe('ready');
  });

  it('about copies are kept apart from those about cells', () => {
    const copied = found([finding({ code: 'JP101' })], [], 'copies');
    const both = after(found([finding()]), copied);
    expect(both.flags.map(flag => flag.about)).toEqual(['cells', 'copies']);
    const edited = flagged(both, found([finding({ line: 3 })]));
    expect(edited.flags).toContain(both.flags[1]);
    const lost = flagged(both, { type: 'failed', about: 'copies', error });
    expect(lost).toMatchObject({ at: 'ready', flags: [both.flags[0]] });
    expect(after(copied).at).toBe('waiting');
  });

  it('go when they are switched off, and a late answer changes nothing', () => {
    const off = after(found([finding()]), { type: 'switched', on: false });
    expect(off).toEqual(unflagged(false));
    expect(flagged(off, found([finding()]))).toBe(off);
    expect(flagged(off, { type: 'switched', on: false })).toBe(off);
    expect(flagged(off, { type: 'switched', on: true }).at).toBe('waiting');
  });

  it('are grouped by rule, the worst first', () => {
    const flags = after(
      found([
        finding({ code: 'JP101' }),
        finding(),
        finding({ code: 'JP303' }),
        finding({ cell: 0 })
      ])
    );
    const groups = byRule(flags).map(({ code, flags }) => [code, flags.length]);
    expect(groups).toEqual([
      ['JP303', 1],
      ['JP301', 2],
      ['JP101', 1]
    ]);
    expect(worst(flags.flags)).toBe('error');
  });
});

it.each([
  ['JP101', 'info'],
  ['JP204', 'hint'],
  ['JP302', 'warning'],
  ['JP303', 'error'],
  ['JP402', 'warning'],
  ['XY1', 'info']
])('%s is shown as %s', (code, severity) => {
  expect(severityOf(code)).toBe(severity);
});

it('takes an explanation apart', () => {
  expect(explained(rules.JP301)).toEqual({
    what: 'A cell reads a name that no cell above it defines.',
    why: 'it worked only because of what the kernel remembered.',
    instead: 'move the defining cell above.'
  });
  expect(explained('Only this.')).toEqual({
    what: 'Only this.',
    why: '',
    instead: ''
  });
});

describe('what is underlined', () => {
  const source = '\nx = 1\n  y = total + subtotal  \n\n';
  it.each<[string, Partial<FindingWire>, string | null]>([
    ['the name that is quoted', { line: 3 }, 'total'],
    ['the line without its blanks', { line: 2 }, 'x = 1'],
    ['the first line of a cell', { line: null }, 'x = 1'],
    ['all lines', { line: 2, end_line: 3 }, 'x = 1\n  y = total + subtotal'],
    [
      'what is left of the cell',
      { line: 3, end_line: 9 },
      'y = total + subtotal  \n\n'
    ]
  ])('%s', (_, changes, text) => {
    const range = rangeOf(source, finding(changes));
    expect(range && source.slice(range.from, range.to)).toBe(text);
  });

  it('nothing in an empty cell', () => {
    expect(rangeOf('  \n', finding())).toBeNull();
  });

  it.each([
    ['b.total = 1', 'b.total = 1'],
    ['subtotal', 'subtotal'],
    ['f(total)', 'total'],
    ['été = total', 'total']
  ])('only a whole name: %s', (text, underlined) => {
    const range = rangeOf(text, finding({ line: 1 }));
    expect(range && text.slice(range.from, range.to)).toBe(underlined);
  });
});

it('adds the tag that silences a rule, once', () => {
  expect(silencing(['a'], 'JP101')).toEqual(['a', 'noqa:JP101']);
  expect(silencing(['noqa:JP101'], 'JP101')).toEqual(['noqa:JP101']);
});

it.each([
  [{ path: 'a.ipynb', cell: 2, line: 2, end_line: 9 }, 'Cell 3, lines 2–9'],
  [{ path: 'a.ipynb', cell: 2, line: 4, end_line: null }, 'Cell 3, line 4'],
  [{ path: 'a.ipynb', cell: 2, line: null, end_line: null }, 'Cell 3'],
  [
    { path: 'b.ipynb', cell: 0, line: 1, end_line: 1 },
    'b.ipynb, cell 1, line 1'
  ],
  [{ path: 'm.py', cell: null, line: 3, end_line: 5 }, 'm.py, lines 3–5']
])('names the place %j', (place, name) => {
  expect(placeName(place, 'a.ipynb')).toBe(name);
});

it('shortens paths below the folder of the notebook', () => {
  const place = { cell: null, line: null, end_line: null };
  const name = (path: string): string =>
    placeName({ ...place, path }, 'shop/a.ipynb');
  expect(name('shop/src/m.py')).toBe('src/m.py');
  expect(name('shopping/m.py')).toBe('shopping/m.py');
});

it('tells which copies of the notebook can become one function', () => {
  const at = (path: string, cell: number | null): PlaceWire => ({
    path,
    cell,
    line: 3,
    end_line: 9,
    note: ''
  });
  const related = [at('a.ipynb', 4), at('b.ipynb', 0), at('m.py', null)];
  const copied = finding({ code: 'JP102', end_line: 8, related });
  expect(copiesOf(copied)).toEqual([
    { cell: 1, first: 2, last: 8 },
    { cell: 4, first: 3, last: 9 }
  ]);
  expect(copiesOf({ ...copied, code: 'JP301' })).toEqual([]);
});

it('cuts the lines of a copy', () => {
  expect(linesOf('a\nb\nc', 2, 3)).toBe('b\nc');
  expect(linesOf('a\nb\nc', 2, null)).toBe('b');
  expect(linesOf('a\nb', null, null)).toBe('a\nb');
});

describe('the list', () => {
  const html = (flags: IFlags): string =>
    renderToStaticMarkup(<FlagsView flags={flags} actions={actions} />);

  it('shows each rule with what it finds, and each place', () => {
    const related = [
      { path: 'b.ipynb', cell: 4, line: 1, end_line: 3, note: 'a copy' }
    ];
    const page = html(after(found([finding({ related })])));
    expect(page).toContain(
      'A cell reads a name that no cell above it defines.'
    );
    expect(page).toContain('but no cell defines it.');
    expect(page).toContain('b.ipynb, cell 5, lines 1–3');
    expect(page).toContain('Compare');
  });

  it('folds the rest of many', () => {
    const many = Array.from({ length: 11 }, (_, i) => finding({ line: i + 1 }));
    expect(html(after(found(many)))).toContain('3 more');
  });

  it('says when there is nothing, when it is off, and when it failed', () => {
    expect(html(after(found([])))).toContain('Nothing to flag');
    expect(html(unflagged(false))).toContain('switched off');
    expect(html(after({ type: 'failed', about: 'cells', error }))).toContain(
      'No.'
    );
  });

  it('never takes a name for markup', () => {
    const bad: Partial<IFlag> = { message: 'reads <b>' };
    expect(html(after(found([finding(bad)])))).toContain('&lt;b&gt;');
  });
});
