// Wire objects as the server sends them.
import type { ReportWire, TestsWire, VerdictWire } from '../wire';

export const verdict: VerdictWire = {
  status: 'equivalent',
  outputs: 14,
  variables: 22,
  figures: 5,
  files: 0,
  differences: [],
  notes: []
};

export const none: TestsWire = {
  status: 'none',
  functions: [],
  mutants: 0,
  survivors: [],
  notes: []
};

export const made: TestsWire = {
  status: 'made',
  functions: [
    {
      function: 'clean',
      covered: 4,
      lines: 5,
      tests: ['test_clean_as_in_the_notebook', 'test_clean_missing_value']
    }
  ],
  mutants: 9,
  survivors: ['line 3, clean: `>` becomes `>=`'],
  notes: ['masked: e-mail addresses']
};

/** Tests as they stand in a file, one of them from a test cell. */
export const TEXT = `import pytest

@pytest.mark.skipif(True)
def test_by_hand():
    pass

def test_clean_as_in_the_notebook():
    pass

def test_clean_missing_value():
    pass
`;

export const report: ReportWire = {
  module: 'src/shop/churn.py',
  tests: ['tests/test_churn.py'],
  notebook: 'notebooks/churn.ipynb',
  functions: [
    {
      name: 'clean',
      cells: [3, 4],
      inputs: ['df'],
      outputs: ['df'],
      signature: 'clean(df: pd.DataFrame) -> pd.DataFrame',
      summary: 'drop what is not a customer'
    }
  ],
  moved: [1],
  refused: [
    {
      name: 'load',
      cells: [7],
      code: 'dynamic-code',
      message: 'exec runs text that we cannot read',
      hint: 'write the code out'
    }
  ],
  dropped_displays: [
    { cell: 4, code: 'df.head()', reason: 'inside a function nothing shows it' }
  ],
  findings: [],
  verdict: { ...verdict, status: 'not-run' },
  characterization: none,
  to: 'shop',
  files: [
    {
      path: 'src/shop/churn.py',
      language: 'python',
      text: 'a = 1\nb = 2\n',
      existing: null
    },
    {
      path: 'tests/test_churn.py',
      language: 'python',
      text: 'x\n',
      existing: 'y\n'
    }
  ]
};

/** A promotion that was proved and written, with tests. */
export const written: ReportWire = {
  ...report,
  verdict,
  characterization: made,
  files: report.files.map(file =>
    file.path === 'tests/test_churn.py' ? { ...file, text: TEXT } : file
  )
};
