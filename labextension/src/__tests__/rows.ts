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
