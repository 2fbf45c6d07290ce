// Runs under way: how far they are, what they show, and how they ended.
import * as React from 'react';
import { duration, shownValue } from '../results';
import { IProgress, endedOf, onlyRun } from '../runs';
import type { EndedWire, NowWire, RunningWire } from '../wire';
import { count, sentence } from '../words';
import { Icon, IconName } from './icons';
import { Button, Fold, Meter, Output, Problem, Tone } from './parts';
import type { IRunActions } from './runs';

interface IProps {
  progress: IProgress;
  actions: IRunActions;
}

/** The card below the form. */
export function ProgressView(props: IProps): React.ReactElement {
  const { progress, actions } = props;
  const node = React.useRef<HTMLElement>(null);
  React.useEffect(() => {
    node.current?.scrollIntoView({ block: 'nearest' });
  }, [progress.at]);
  const running = progress.at === 'running';
  return (
    <section
      ref={node}
      className="jp-Promote-card jp-Promote-progressCard"
      aria-label="Progress"
      data-tone={toneOf(progress)}
      data-at={progress.at}
    >
      <div className="jp-Promote-cardTitle">
        <Icon name={iconOf(progress)} />
        <span role="status">{titleOf(progress)}</span>
        <Engine run={onlyRun(progress)} />
        {running ? (
          <Button
            kind="plain"
            disabled={progress.cancelling}
            onClick={actions.cancel}
          >
            Cancel
          </Button>
        ) : (
          <button
            type="button"
            className="jp-Promote-x"
            aria-label="Dismiss"
            onClick={actions.dismiss}
          >
            <Icon name="cross" />
          </button>
        )}
      </div>
      {progress.error && <Problem error={progress.error} />}
      {progress.told && <Told {...props} told={progress.told} />}
    </section>
  );
}

/** What executed the cells, and why. */
function Engine(props: { run: EndedWire | null }): React.ReactElement | null {
  const { engine, reason } = props.run ?? { engine: '', reason: '' };
  return engine ? (
    <small className="jp-Promote-engine" title={sentence(reason)}>
      {engine === 'warm' ? 'warm' : 'fresh kernel'}
    </small>
  ) : null;
}

function Told(props: IProps & { told: RunningWire }): React.ReactElement {
  const { progress, told, actions } = props;
  const running = progress.at === 'running';
  const only = onlyRun(progress);
  const lines = told.tail ? [...told.lines, told.tail] : told.lines;
  return (
    <>
      {running && <Bars progress={progress} told={told} />}
      {only ? (
        <Ended run={only} actions={actions} />
      ) : (
        <Failures runs={told.ended} actions={actions} />
      )}
      {lines.length > 0 && (
        <details className="jp-Promote-fold" open={running || undefined}>
          <Fold>Output</Fold>
          <Output label="Output of the cells" lines={lines} tintOf={tintOf} />
        </details>
      )}
    </>
  );
}

function tintOf(line: string): string | undefined {
  return line.startsWith('── ') ? 'quiet' : undefined;
}

/** How many runs are over, and the cell in which each of the others is. */
function Bars(props: {
  progress: IProgress;
  told: RunningWire;
}): React.ReactElement {
  const { sweep } = props.progress;
  const { now, total } = props.told;
  const one = now[0];
  if (!sweep) {
    const cells = one?.total ?? 0;
    return (
      <Meter
        role="progressbar"
        label="Cells"
        value={cells ? one.index + 0.5 : 0}
        max={cells || 1}
      />
    );
  }
  return (
    <>
      <Meter
        role="progressbar"
        label="Runs"
        value={endedOf(props.told)}
        max={total}
      />
      <ul className="jp-Promote-now">
        {now.map(run => (
          <Now key={run.id} run={run} />
        ))}
      </ul>
    </>
  );
}

function Now({ run }: { run: NowWire }): React.ReactElement {
  return (
    <li>
      <code title={given(run.parameters)}>{given(run.parameters)}</code>
      <span>{run.total ? `${run.index + 1} of ${run.total}` : 'starting'}</span>
      <Meter
        role="progressbar"
        label={`Cells of ${given(run.parameters)}`}
        value={run.total ? run.index + 0.5 : 0}
        max={run.total || 1}
      />
    </li>
  );
}

/** 'alpha=0.1, n=3'. */
export function given(parameters: EndedWire['parameters']): string {
  const all = Object.entries(parameters);
  return all.map(([name, value]) => `${name}=${shownValue(value)}`).join(', ');
}

/** How one run ended. */
function Ended(props: {
  run: EndedWire;
  actions: IRunActions;
  named?: boolean;
}): React.ReactElement {
  const { run, actions } = props;
  const results = Object.entries(run.results);
  return (
    <div className="jp-Promote-ended">
      {props.named && <code>{given(run.parameters)}</code>}
      {run.error && run.state !== 'cancelled' && (
        <p className="jp-Promote-runError">
          {run.cell !== null && (
            <button
              type="button"
              className="jp-Promote-chip"
              aria-label={`Go to cell ${run.cell + 1}`}
              onClick={() => actions.jump(run.cell ?? 0)}
            >
              Cell {run.cell + 1}
              {run.line !== null && `, line ${run.line}`}
            </button>
          )}{' '}
          <span>{run.error}</span>
        </p>
      )}
      {results.length > 0 && (
        <dl className="jp-Promote-values">
          {results.map(([name, value]) => (
            <React.Fragment key={name}>
              <dt>{name}</dt>
              <dd title={String(value)}>{shownValue(value)}</dd>
            </React.Fragment>
          ))}
        </dl>
      )}
      {run.traceback && (
        <details className="jp-Promote-fold">
          <Fold>Traceback</Fold>
          <Output label="Traceback" lines={run.traceback.split('\n')} />
        </details>
      )}
      {run.output && (
        <div className="jp-Promote-buttons">
          <Button kind="plain" onClick={() => actions.open(run.output)}>
            <Icon name="notebook" /> Open output
          </Button>
        </div>
      )}
    </div>
  );
}

/** The runs of a sweep that did not end well; the others go on. */
function Failures(props: {
  runs: readonly EndedWire[];
  actions: IRunActions;
}): React.ReactElement | null {
  return props.runs.length ? (
    <details className="jp-Promote-fold">
      <Fold>{count(props.runs.length, 'run')} not done</Fold>
      {props.runs.map(run => (
        <Ended key={run.id} named run={run} actions={props.actions} />
      ))}
    </details>
  ) : null;
}

function toneOf(progress: IProgress): Tone {
  switch (progress.at) {
    case 'running':
    case 'cancelled':
      return 'plain';
    case 'failed':
      return 'bad';
    case 'done':
      if (!progress.told?.failed) {
        return 'good';
      }
      return progress.sweep && progress.told.done ? 'warn' : 'bad';
  }
}

function iconOf(progress: IProgress): IconName {
  if (progress.at === 'running') {
    return 'play';
  }
  const icons = { good: 'check', plain: 'dash', warn: 'warning', bad: 'cross' };
  return icons[toneOf(progress)] as IconName;
}

function titleOf(progress: IProgress): string {
  const { told, sweep } = progress;
  const ended = endedOf(told);
  switch (progress.at) {
    case 'running':
      return progress.cancelling ? 'Stopping…' : runningTitle(progress);
    case 'failed':
      return sweep ? 'The sweep did not start' : 'The run did not start';
    case 'cancelled':
      return sweep
        ? `Cancelled: ${ended} of ${count(told?.total ?? 0, 'run')} had ended`
        : 'Cancelled';
    case 'done': {
      const run = onlyRun(progress);
      if (run) {
        return `${sentence(run.state).slice(0, -1)} in ${duration(run.seconds)}`;
      }
      const failed = told?.failed ? `, ${told.failed} failed` : '';
      return `${count(told?.done ?? 0, 'run')} done${failed}`;
    }
  }
}

function runningTitle({ told, sweep }: IProgress): string {
  const one = told?.now[0];
  if (sweep && told && (one || endedOf(told))) {
    const failed = told.failed ? ` · ${told.failed} failed` : '';
    return `${endedOf(told)} of ${count(told.total, 'run')}${failed}`;
  }
  if (!sweep && endedOf(told)) {
    return 'Comparing with a warm run…'; // it has ended; the next one may be warm
  }
  return one?.total
    ? `Running cell ${one.cell + 1} (${one.index + 1} of ${one.total})`
    : 'Starting…';
}
