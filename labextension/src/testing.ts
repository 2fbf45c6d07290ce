// The tests of a promotion: which there are, and what a run of them told so far.
import type { ErrorBody, JobWire, ReportWire, TestResultWire } from './wire';

export type Outcome = TestResultWire['outcome'];

/** A run of the tests; `said` is how it ended, '' until then. */
export interface ITestRun {
  at: 'running' | 'done' | 'failed' | 'cancelled';
  cancelling: boolean;
  waiting: boolean;
  lines: readonly string[];
  results: Readonly<Record<string, Outcome>>;
  passed: boolean;
  said: string;
  error: ErrorBody | null;
}

export type Testing = { at: 'idle' } | ITestRun;

export type TestEvent =
  | { type: 'tests-started' }
  | { type: 'tests-reported'; job: JobWire }
  | { type: 'tests-cancelling' }
  | { type: 'tests-failed'; error: ErrorBody };

/** Tests of one function, or (`name` is '') those made from the notebook's test cells. */
export interface ITestGroup {
  name: string;
  covered: number;
  lines: number;
  tests: readonly string[];
}

const STARTED: ITestRun = {
  at: 'running',
  cancelling: false,
  waiting: true,
  lines: [],
  results: {},
  passed: false,
  said: '',
  error: null
};
const DEFINITION = /^\s*(?:async\s+)?def\s+(test_\w+)/;

/** The run after `event`; the very same object where nothing changes. */
export function tested(testing: Testing, event: TestEvent): Testing {
  if (event.type === 'tests-started') {
    return STARTED;
  }
  if (testing.at !== 'running') {
    return testing;
  }
  switch (event.type) {
    case 'tests-reported':
      return reported(testing, event.job);
    case 'tests-cancelling':
      return { ...testing, cancelling: true };
    case 'tests-failed':
      return { ...testing, at: 'failed', error: event.error };
  }
}

/** The names of the tests in the text of a module, in its order. */
export function testsIn(text: string): string[] {
  const names = text.split('\n').map(line => DEFINITION.exec(line)?.[1] ?? '');
  return [...new Set(names.filter(name => name))];
}

/** The line, counted from 0, on which the test is defined; -1 where it is not. */
export function lineOf(text: string, test: string): number {
  return text
    .split('\n')
    .findIndex(line => DEFINITION.exec(line)?.[1] === test);
}

/** The tests that a promotion has written, by function; those of test cells come last. */
export function groupsOf(report: ReportWire): ITestGroup[] {
  const groups = report.characterization.functions.map(each => ({
    name: each.function,
    covered: each.covered,
    lines: each.lines,
    tests: each.tests
  }));
  const grouped = new Set(groups.flatMap(group => group.tests));
  const others = testsIn(textOf(report)).filter(test => !grouped.has(test));
  return others.length
    ? [...groups, { name: '', covered: 0, lines: 0, tests: others }]
    : groups;
}

/** What a test pins, in words: its name without the function's. */
export function factOf(test: string, name: string): string {
  const own = `test_${name.replace(/\W/g, '_').toLowerCase()}_`;
  const start = name && test.toLowerCase().startsWith(own) ? own.length : 5;
  return test.slice(start).replace(/_/g, ' ').trim() || test;
}

function textOf({ files, tests }: ReportWire): string {
  return files.find(file => file.path === tests[0])?.text ?? '';
}

function reported(run: ITestRun, job: JobWire): ITestRun {
  const told = job.tests;
  const news: ITestRun = told
    ? {
        ...run,
        waiting: job.step === 'waiting',
        lines: told.lines.length
          ? [...run.lines.slice(0, told.first), ...told.lines]
          : run.lines,
        results: Object.fromEntries(
          told.results.map(each => [each.test, each.outcome])
        ),
        passed: told.passed,
        said: told.said
      }
    : run;
  return job.state === 'running'
    ? news
    : { ...news, at: job.state, error: job.error ?? null };
}
