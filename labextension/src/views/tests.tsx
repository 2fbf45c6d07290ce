// The tests of a promotion: what they are worth, which there are, and a run of them.
import * as React from 'react';
import {
  ITestGroup,
  ITestRun,
  Outcome,
  Testing,
  factOf,
  groupsOf
} from '../testing';
import type { ReportWire } from '../wire';
import { count, pinned, sentence } from '../words';
import { Icon, IconName } from './icons';
import { Button, Fold, Lines, Meter, Output, Problem, Text } from './parts';

export interface ITestsProps {
  report: ReportWire;
  testing: Testing;
  onRun: () => void;
  onCancel: () => void;
  onOpen: (test: string) => void;
}

/** The card below the verdict. */
export function TestsView(props: ITestsProps): React.ReactElement {
  const { report, testing } = props;
  const found = report.characterization;
  const groups = groupsOf(report);
  const total = groups.reduce((sum, group) => sum + group.tests.length, 0);
  const run = testing.at === 'idle' ? null : testing;
  return (
    <section className="jp-Promote-card jp-Promote-tests" aria-label="Tests">
      <div className="jp-Promote-cardTitle">
        <Icon name="flask" />
        <span>Tests</span>
        {total > 0 && (
          <RunButton run={run} onRun={props.onRun} onCancel={props.onCancel} />
        )}
      </div>
      <p>{pinned(found, report.verdict.status)}</p>
      {run && <Run run={run} total={total} />}
      <div className="jp-Promote-testGroups">
        {groups.map(group => (
          <Group
            key={group.name}
            group={group}
            titled={found.functions.length > 0}
            results={run?.results ?? {}}
            onOpen={props.onOpen}
          />
        ))}
      </div>
      <Survivors texts={found.survivors} />
      <Lines texts={found.notes} quiet />
    </section>
  );
}

function RunButton(props: {
  run: ITestRun | null;
  onRun: () => void;
  onCancel: () => void;
}): React.ReactElement {
  const { run } = props;
  return run?.at === 'running' ? (
    <Button kind="plain" disabled={run.cancelling} onClick={props.onCancel}>
      Cancel
    </Button>
  ) : (
    <Button kind="plain" onClick={props.onRun}>
      <Icon name="play" /> {run ? 'Run again' : 'Run tests'}
    </Button>
  );
}

/** How far the run is, or how it ended, and what it printed. */
function Run(props: { run: ITestRun; total: number }): React.ReactElement {
  const { run, total } = props;
  const done = Object.keys(run.results).length;
  return (
    <div className="jp-Promote-run" data-tone={toneOf(run)}>
      {run.at === 'running' && (
        <Meter role="progressbar" label="Tests run" value={done} max={total} />
      )}
      {run.at === 'failed' && run.error ? (
        <Problem error={run.error} />
      ) : (
        <p className="jp-Promote-runSaid" role="status">
          {run.at === 'done' && <Icon name={run.passed ? 'check' : 'cross'} />}
          <span>{saidOf(run, done, total)}</span>
        </p>
      )}
      {run.lines.length > 0 && (
        <details
          className="jp-Promote-fold"
          open={run.at === 'running' || !run.passed}
        >
          <Fold>Output of pytest</Fold>
          <Output
            label="Output of pytest"
            lines={run.lines}
            shorten={shortened}
            tintOf={tintOf}
          />
        </details>
      )}
    </div>
  );
}

function toneOf(run: ITestRun): string {
  if (run.at !== 'done') {
    return 'plain';
  }
  return run.passed ? 'good' : 'bad';
}

function saidOf(run: ITestRun, done: number, total: number): string {
  switch (run.at) {
    case 'running':
      if (run.cancelling) {
        return 'Stopping…';
      }
      if (run.waiting) {
        return 'Starting…';
      }
      return done ? `${done} of ${count(total, 'test')}…` : 'Collecting tests…';
    case 'cancelled':
      return `Cancelled: ${done} of ${count(total, 'test')} had ended.`;
    default:
      return sentence(run.said);
  }
}

const VERDICT = /^\S+\.py::(\S.*?) +([A-Z]{5,7})(?= |$).*$/;
const RULER = /^([=_-])\1{3,} (.+?) \1+$/;
const TINTS: readonly [RegExp, string][] = [
  [/^(FAILED|ERROR|E) |^=.* (failed|errors?)\b/, 'bad'],
  [/^(PASSED|XPASS) |^=.* passed\b/, 'good'],
  [/^(SKIPPED|XFAIL) |^([=_])\2\2/, 'quiet']
];

/** A line of pytest for a narrow panel: of a test's the word comes first, rulers are short. */
function shortened(text: string): string {
  return text.replace(VERDICT, '$2 $1').replace(RULER, '$1$1$1 $2 $1$1$1');
}

function tintOf(text: string): string | undefined {
  return TINTS.find(([pattern]) => pattern.test(text))?.[1];
}

/** A function with how much of it the tests run, and its tests. */
function Group(props: {
  group: ITestGroup;
  titled: boolean;
  results: ITestRun['results'];
  onOpen: (test: string) => void;
}): React.ReactElement {
  const { name, covered, lines, tests } = props.group;
  const title = name || (props.titled ? 'From test cells' : 'Tests written');
  return (
    <div className="jp-Promote-testGroup" role="group" aria-label={title}>
      {props.titled && (
        <div className="jp-Promote-testHead">
          {name ? <code>{name}</code> : <span>{title}</span>}
          {lines > 0 && <Coverage covered={covered} lines={lines} />}
        </div>
      )}
      <ul>
        {tests.map(test => (
          <li key={test}>
            <button
              type="button"
              title={test}
              onClick={() => props.onOpen(test)}
            >
              <Mark outcome={props.results[test]} />
              <span>{factOf(test, name)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Coverage(props: {
  covered: number;
  lines: number;
}): React.ReactElement {
  const { covered, lines } = props;
  const words = `The tests run ${covered} of ${count(lines, 'line')}`;
  return (
    <span className="jp-Promote-coverage" title={words}>
      <Meter role="meter" label={words} value={covered} max={lines} />
      <span aria-hidden="true">
        {covered}/{lines}
      </span>
    </span>
  );
}

const MARKS: Record<Outcome, IconName> = {
  passed: 'check',
  failed: 'cross',
  skipped: 'dash'
};

function Mark(props: { outcome?: Outcome }): React.ReactElement {
  const { outcome } = props;
  return (
    <span
      className="jp-Promote-outcome"
      data-outcome={outcome ?? 'unknown'}
      role="img"
      aria-label={outcome ?? 'not run yet'}
    >
      <Icon name={outcome ? MARKS[outcome] : 'circle'} />
    </span>
  );
}

function Survivors(props: {
  texts: readonly string[];
}): React.ReactElement | null {
  return props.texts.length ? (
    <details className="jp-Promote-fold jp-Promote-survivors">
      <Fold>{count(props.texts.length, 'fault')} no test notices</Fold>
      <ul className="jp-Promote-lines jp-mod-quiet">
        {props.texts.map((text, i) => (
          <li key={i}>
            <Text>{text}</Text>
          </li>
        ))}
      </ul>
    </details>
  ) : null;
}
