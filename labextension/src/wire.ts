// Made by `jlpm wire` from jupyter_promote/surfaces/wire*.py: change those files, not this one.

/**
 * A cell in which calls replace copies.
 */
export interface ChangeWire {
  after: string;
  before: string;
  cell: number;
  id: string;
}
/**
 * Of the `lines` of a function, the tests execute `covered`; `tests` are their names.
 */
export interface CoverageWire {
  covered: number;
  function: string;
  lines: number;
  tests: string[];
}
/**
 * A trailing expression that the thin notebook no longer shows, and why.
 */
export interface DroppedDisplayWire {
  cell: number;
  code: string;
  reason: string;
}
/**
 * A run that is over; `traceback` and `error` say why, where it did not end well.
 */
export interface EndedWire {
  cell: number | null;
  engine: string;
  error: string;
  id: string;
  line: number | null;
  output: string;
  parameters: {
    [k: string]: boolean | number | string | null;
  };
  reason: string;
  results: {
    [k: string]: boolean | number | string | null;
  };
  seconds: number;
  state:
    | 'cancelled'
    | 'done'
    | 'failed'
    | 'lost'
    | 'queued'
    | 'running'
    | 'timed-out';
  traceback: string;
}
/**
 * A mistake a person can put right.
 */
export interface ErrorBody {
  hint: string;
  kind: string;
  what: string;
  where: string;
}
/**
 * The answer in place of any other when something is wrong.
 */
export interface ErrorWire {
  error: ErrorBody;
}
/**
 * A plan to be carried out; with `run` it is proved before it is written.
 */
export interface ExtractRequest {
  content: object;
  module?: string;
  path: string;
  run?: boolean;
  to?: string;
}
/**
 * A file that would be written; `existing` is its text today, null where it is new.
 */
export interface FileWire {
  existing: string | null;
  language: 'json' | 'python' | 'text' | 'toml';
  path: string;
  text: string;
}
/**
 * What a check says about a cell, or about a module's file where `cell` is null.
 *
 * `line` is one-based within the cell or file, `end_line` the last of several. What goes on from
 * cell to cell has all its lines in `spans`.
 */
export interface FindingWire {
  cell: number | null;
  code: string;
  end_line?: number | null;
  hint: string;
  line: number | null;
  message: string;
  path: string;
  related?: PlaceWire[];
  spans?: SpanWire[];
}
/**
 * Another place that a finding is about; without a cell, `line` is one of a module's file.
 *
 * `like` are the positions of those before it in the list that it repeats, too.
 */
export interface PlaceWire {
  cell: number | null;
  end_line: number | null;
  like?: number[];
  line: number | null;
  note: string;
  path: string;
  spans?: SpanWire[];
}
/**
 * Lines of a cell, one-based.
 */
export interface SpanWire {
  cell: number;
  end_line: number;
  line: number;
}
/**
 * The notebook on screen, saved or not; its outputs may be left out.
 *
 * `path` is relative to the server's root. What stands in its cells is soon said; copies are
 * searched in the whole project.
 */
export interface FindingsRequest {
  about?: 'cells' | 'copies';
  content: object;
  path: string;
}
/**
 * What the checks say about a notebook; `rules` explains the rules that found something.
 *
 * Paths are relative to the server's root.
 */
export interface FindingsWire {
  findings: FindingWire[];
  rules: {
    [k: string]: string;
  };
}
/**
 * The notebook on screen, and what was typed into its form so far.
 *
 * `fields` are the texts of those parameters that do not keep their defaults; in a `sweep` each
 * may list several values.
 */
export interface FormRequest {
  content: object;
  fields: {
    [k: string]: string;
  };
  path: string;
  sweep?: boolean;
}
/**
 * The form of a notebook, whose parameters cell is `cell`; null where it has none.
 *
 * `problems` are about single fields, by name, `problem` about all together; without any, `runs`
 * would be executed.
 */
export interface FormWire {
  cell: number | null;
  parameters: ParameterWire[];
  problem: ErrorBody | null;
  problems: {
    [k: string]: ErrorBody;
  };
  runs: number;
}
/**
 * A parameter: `text` is its default as one would type it, `default` as it stands in the cell.
 *
 * `choices` are the texts of all its values, where these are few.
 */
export interface ParameterWire {
  choices: string[];
  default: string;
  help: string;
  kind: 'choice' | 'flag' | 'number' | 'text';
  name: string;
  text: string;
  type: string;
}
/**
 * A promoted group: the function, and where it comes from.
 */
export interface FunctionWire {
  cells: number[];
  inputs: string[];
  name: string;
  outputs: string[];
  signature: string;
  summary: string;
}
/**
 * An extraction, a run of tests, or runs of a notebook, under way in the server.
 *
 * Ask for it, or listen to its events, until it has ended.
 */
export interface JobWire {
  error?: ErrorBody | null;
  job: string;
  report?: ReportWire | null;
  running?: RunningWire | null;
  state: 'cancelled' | 'done' | 'failed' | 'running';
  step: string;
  tests?: TestRunWire | null;
}
/**
 * The answer to `extract`: what is (or would be) written, what is refused, what was proved.
 */
export interface ReportWire {
  characterization: TestsWire;
  dropped_displays: DroppedDisplayWire[];
  files: FileWire[];
  findings: FindingWire[];
  functions: FunctionWire[];
  module: string | null;
  moved: number[];
  notebook: string | null;
  refused: RefusalWire[];
  tests: string[];
  to: string;
  verdict: VerdictWire;
}
/**
 * The tests that pin what the functions do today: made by this run, kept from an earlier one.
 *
 * Of `mutants` small faults they notice all but the `survivors`, which are told in words.
 */
export interface TestsWire {
  functions: CoverageWire[];
  mutants: number;
  notes: string[];
  status: 'kept' | 'made' | 'none';
  survivors: string[];
}
/**
 * A group that stays in the notebook, and why.
 */
export interface RefusalWire {
  cells: number[];
  code: string;
  hint: string;
  message: string;
  name: string;
}
/**
 * What the proof found.
 */
export interface VerdictWire {
  differences: string[];
  figures: number;
  files: number;
  notes: string[];
  outputs: number;
  status: 'different' | 'equivalent' | 'not-run' | 'not-verified';
  variables: number;
}
/**
 * A run, or a sweep of `total` runs, under way; `lines` are what its cells show from `first` on.
 *
 * `tail` is a line that has not ended yet. Of the runs that are over, `ended` has those that did
 * not end well, or the only one.
 */
export interface RunningWire {
  done: number;
  ended: EndedWire[];
  failed: number;
  first: number;
  lines: string[];
  now: NowWire[];
  sweep: boolean;
  tail: string;
  total: number;
}
/**
 * A run under way: the code cell number `index` (from 0) of `total` is being executed.
 */
export interface NowWire {
  cell: number;
  id: string;
  index: number;
  parameters: {
    [k: string]: boolean | number | string | null;
  };
  total: number;
}
/**
 * What the tests have printed from line number `first` on, and what became of each so far.
 *
 * `said` tells in words how it ended, "" until then; `passed` is whether all is well.
 */
export interface TestRunWire {
  first: number;
  lines: string[];
  passed: boolean;
  results: TestResultWire[];
  said: string;
}
/**
 * What became of a test; where it ran several times, the worst.
 */
export interface TestResultWire {
  outcome: 'failed' | 'passed' | 'skipped';
  test: string;
}
/**
 * Lines of a cell, `first` and `last` one-based.
 */
export interface LinesWire {
  cell: number;
  first: number;
  last: number;
}
/**
 * Why copies can't become calls of one function; `message` says where.
 */
export interface ObstacleWire {
  cell: number | null;
  code: string;
  hint: string;
  line: number | null;
  message: string;
}
/**
 * What the panel asks: `content` is the notebook as it is on screen, saved or not.
 *
 * `path` and `to` are relative to the server's root; an empty `to` asks for the default, "." is
 * the root itself.
 */
export interface PlanRequest {
  content: object;
  module?: string;
  path: string;
  to?: string;
}
/**
 * What was run of the notebook at `path`?
 */
export interface ResultsRequest {
  path: string;
}
/**
 * The runs of a notebook, the newest first, and the job that the server last had for it.
 */
export interface ResultsWire {
  job: string;
  runs: RunWire[];
}
/**
 * A run in the ledger; `at` is when it began, in seconds since 1970.
 */
export interface RunWire {
  at: number;
  cell: number | null;
  engine: string;
  error: string;
  id: string;
  key: number;
  line: number | null;
  output: string;
  parameters: {
    [k: string]: boolean | number | string | null;
  };
  reason: string;
  results: {
    [k: string]: boolean | number | string | null;
  };
  seconds: number | null;
  state:
    | 'cancelled'
    | 'done'
    | 'failed'
    | 'lost'
    | 'queued'
    | 'running'
    | 'timed-out';
  sweep: string;
}
/**
 * Run the generated tests in the file `test`, a path below the target folder `to`.
 *
 * `kernel` is the name of the notebook's kernel, whose Python runs them.
 */
export interface RunTestsRequest {
  kernel?: string;
  test: string;
  to: string;
}
/**
 * A run of the notebook at `path` as it is saved, or with `sweep` all runs of a grid.
 *
 * `fields` are texts as typed, of those parameters that do not keep their defaults.
 */
export interface StartRequest {
  deadline?: number | null;
  fields: {
    [k: string]: string;
  };
  path: string;
  sweep?: boolean;
  warm?: boolean;
}
/**
 * One function for a group of copies.
 *
 * `source` is a new cell with the id `new_id`, right above the cell `above` and below the cell
 * with the id `after` ("" at the top). It is empty where the first copy defines the function
 * `name`, and the others go. `copies` are the lines that are replaced; `left` says why others
 * stay. With an obstacle there is no function.
 */
export interface UnifiedWire {
  above: number;
  after: string;
  cells: ChangeWire[];
  copies: LinesWire[];
  inputs: string[];
  left?: ObstacleWire | null;
  name: string;
  new_id: string;
  obstacle: ObstacleWire | null;
  outputs: string[];
  parameters: string[];
  signature: string;
  source: string;
  verdict: VerdictWire;
  written: boolean;
}
/**
 * What would one function for these copies in the notebook on screen do to it?
 */
export interface UnifyRequest {
  content: object;
  copies: LinesWire[];
  path: string;
}
