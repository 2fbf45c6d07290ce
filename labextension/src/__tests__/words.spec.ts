import {
  cellNames,
  change,
  compared,
  count,
  errorLine,
  headline,
  isHidden,
  isWritten,
  join,
  lines,
  pinned,
  sentence,
  split,
  telling
} from '../words';
import { made, none, report, verdict } from './rows';

it.each([
  [0, '0 functions'],
  [1, '1 function'],
  [1200, '1,200 functions']
])('counts %d', (n, text) => expect(count(n, 'function')).toBe(text));

it.each([
  [[2], 'Cell 3'],
  [[2, 3], 'Cells 3 and 4'],
  [[2, 3, 6], 'Cells 3, 4 and 7'],
  [[], 'Cell ?']
])('names cells %j as people count them', (cells, text) =>
  expect(cellNames(cells)).toBe(text)
);

it.each([
  ['it is so', 'It is so.'],
  ['is it so?', 'Is it so?'],
  [' wait… ', 'Wait…'],
  ['', '']
])('makes a sentence of %j', (text, made) => expect(sentence(text)).toBe(made));

it('says what is wrong, where, and what to do', () => {
  const error = {
    kind: 'tag',
    what: 'two tags',
    where: 'cell 3',
    hint: 'keep one'
  };
  expect(errorLine(error)).toBe('Cell 3: two tags. Keep one.');
  expect(errorLine({ ...error, where: '', hint: '' })).toBe('Two tags.');
});

it('says what was compared', () => {
  expect(compared(verdict)).toBe(
    '14 outputs, 22 variables, 5 figures compared'
  );
  expect(compared({ ...verdict, figures: 0, files: 1 })).toBe(
    '14 outputs, 22 variables, 1 file compared'
  );
});

it.each([
  ['equivalent', 'Equivalent', true],
  ['not-run', 'Written without a proof', true],
  ['different', 'Not equivalent: nothing was written', false],
  ['not-verified', 'Not proved: nothing was written', false]
] as const)('the verdict %s reads %j', (status, text, written) => {
  const done = { ...report, verdict: { ...verdict, status } };
  expect(headline(done)).toBe(text);
  expect(isWritten(done)).toBe(written);
  expect(isWritten({ ...done, files: [] })).toBe(false);
});

it('says so when every group was refused', () => {
  expect(headline({ ...report, files: [] })).toMatch(/nothing was written/);
});

it('knows what the file browser hides', () => {
  expect(['.promote/a.json', 'a/.b/c', 'a/b.c'].map(isHidden)).toEqual([
    true,
    true,
    false
  ]);
});

it('tells new, changed and unchanged files apart', () => {
  const [file] = report.files;
  expect(report.files.map(change)).toEqual(['new', 'changed']);
  expect(change({ ...file, existing: file.text })).toBe('same');
});

it('joins and splits paths', () => {
  expect(split('src/shop/churn.py')).toEqual(['src/shop/', 'churn.py']);
  expect(split('churn.py')).toEqual(['', 'churn.py']);
  expect(join('.', 'a/b.py')).toBe('a/b.py');
  expect(join('shop/', 'a/b.py')).toBe('shop/a/b.py');
});

it.each([
  ['', 0],
  ['a', 1],
  ['a\nb\n', 2]
])('%j has %d lines', (text, n) => expect(lines(text)).toBe(n));

it.each([
  ['# load\nimport pandas as pd\n', 'import pandas as pd'],
  ['%matplotlib inline\n\n  x = 1', 'x = 1'],
  ['# nothing but words', '# nothing but words'],
  ['\n', '']
])('finds the telling line of %j', (source, line) =>
  expect(telling(source)).toBe(line)
);

describe('what the tests are worth', () => {
  it.each([
    [made, '2 tests run 4 of 5 lines and notice 8 of 9 small faults.'],
    [{ ...made, mutants: 0, survivors: [] }, '2 tests run 4 of 5 lines.'],
    [
      {
        ...made,
        functions: [{ function: 'f', covered: 1, lines: 1, tests: ['test_f'] }],
        mutants: 1,
        survivors: []
      },
      '1 test runs 1 of 1 line and notices 1 of 1 small fault.'
    ],
    [
      { ...none, status: 'kept' as const },
      'The tests are those of the last promotion.'
    ],
    [none, 'No test pins what the functions do today.']
  ])('is said in words', (tests, words) => {
    expect(pinned(tests, 'equivalent')).toBe(words);
  });

  it('is nothing where nothing was run', () => {
    expect(pinned(none, 'not-run')).toMatch(/^Nothing was run/);
  });
});
