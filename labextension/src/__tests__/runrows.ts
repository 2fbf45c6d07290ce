// A form, news of a run, and rows of a ledger.
import type {
  EndedWire,
  FormWire,
  ParameterWire,
  RunningWire,
  RunWire
} from '../wire';

function parameter(
  name: string,
  kind: ParameterWire['kind'],
  text: string,
  choices: string[] = []
): ParameterWire {
  const type = kind === 'number' ? 'float' : 'str';
  return { name, kind, text, default: text, choices, type, help: '' };
}

export const form: FormWire = {
  cell: 0,
  parameters: [
    { ...parameter('n', 'number', '3'), help: 'how many' },
    parameter('rate', 'number', '0.5'),
    parameter('name', 'text', 'north'),
    parameter('fast', 'flag', 'False', ['False', 'True']),
    parameter('mode', 'choice', 'a', ['a', 'b'])
  ],
  problems: {},
  problem: null,
  runs: 1
};

export const ended: EndedWire = {
  id: 'r1',
  state: 'done',
  parameters: { n: 2 },
  results: { total: 2.5 },
  seconds: 0.12,
  output: 'nb.output.ipynb',
  cell: null,
  line: null,
  error: '',
  traceback: '',
  engine: 'warm',
  reason: ''
};

export const numbers: RunningWire = {
  sweep: false,
  total: 1,
  done: 0,
  failed: 0,
  now: [],
  ended: [],
  first: 0,
  lines: [],
  tail: ''
};

export function row(key: number, own: Partial<RunWire>): RunWire {
  return {
    key,
    id: `r${key}`,
    sweep: 's',
    state: 'done',
    parameters: {},
    results: {},
    seconds: 1,
    at: key,
    output: `out-${key}.ipynb`,
    cell: null,
    line: null,
    error: '',
    engine: 'warm',
    reason: '',
    ...own
  };
}
