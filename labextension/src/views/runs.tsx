// The Runs tab: a form, what is under way, and what earlier runs gave.
import * as React from 'react';
import { IRuns, RunsEvent, countOf, fieldsOf, mayStart } from '../runs';
import type { FormWire } from '../wire';
import { count } from '../words';
import { Icon } from './icons';
import { Button, Empty, Problem, Switch } from './parts';
import { ResultsView } from './results';
import { FieldsView } from './runform';
import { ProgressView } from './runprogress';

/** What a person can do in the Runs tab. */
export interface IRunActions {
  act: (event: RunsEvent) => void;
  start: () => void;
  cancel: () => void;
  dismiss: () => void;
  refresh: () => void;
  open: (path: string) => void;
  jump: (cell: number) => void;
  /** Bring the notebook that is run to the front. */
  back: () => void;
  tag: () => void;
}

/** `origin` is the notebook that was run, where it is not the one in front. */
export interface IRunsProps {
  runs: IRuns;
  actions: IRunActions;
  origin?: string;
}

export function RunsView(props: IRunsProps): React.ReactElement {
  const { runs, actions, origin } = props;
  return (
    <>
      {origin && (
        <div className="jp-Promote-origin">
          <span>
            An output of <code>{origin}</code>
          </span>
          <Button kind="link" onClick={actions.back}>
            Back to it
          </Button>
        </div>
      )}
      <Launch {...props} />
      {runs.progress && (
        <ProgressView progress={runs.progress} actions={actions} />
      )}
      {runs.rows && runs.rows.length > 0 && (
        <ResultsView rows={runs.rows} view={runs.view} actions={actions} />
      )}
    </>
  );
}

/** The form with its buttons. */
function Launch(props: IRunsProps): React.ReactElement | null {
  const { runs, actions } = props;
  switch (runs.form.at) {
    case 'waiting':
      return (
        <p className="jp-Promote-hint jp-Promote-waiting">
          Reading the parameters…
        </p>
      );
    case 'failed':
      return <Problem error={runs.form.error} />;
    case 'ready': {
      const { form } = runs.form;
      return (
        <form
          className="jp-Promote-launch"
          aria-label="Parameters"
          onSubmit={event => {
            event.preventDefault();
            actions.start();
          }}
        >
          {form.parameters.length > 0 ? (
            <>
              <Mode {...props} />
              <FieldsView runs={runs} onEvent={actions.act} />
              {form.problem && <Problem error={form.problem} />}
            </>
          ) : (
            <NoParameters form={form} onTag={actions.tag} />
          )}
          <Foot {...props} />
        </form>
      );
    }
  }
}

function NoParameters(props: {
  form: FormWire;
  onTag: () => void;
}): React.ReactElement {
  return props.form.cell === null ? (
    <Empty icon="tag" title="No parameters cell">
      <p>
        Tag the cell that sets what may change from run to run as{' '}
        <code>parameters</code>: each <code>name = value</code> in it becomes a
        field here.
      </p>
      <Button kind="plain" onClick={props.onTag}>
        Tag this cell…
      </Button>
    </Empty>
  ) : (
    <Empty icon="tag" title="The parameters cell is empty">
      <p>
        Write <code>name = value</code> into it, and it becomes a field here.
      </p>
    </Empty>
  );
}

/** One run, or many. */
function Mode({ runs, actions }: IRunsProps): React.ReactElement {
  const option = (sweep: boolean, title: string): React.ReactElement => (
    <label>
      <input
        type="radio"
        name="promote-mode"
        checked={runs.sweep === sweep}
        onChange={() => actions.act({ type: 'mode', sweep })}
      />
      <span>{title}</span>
    </label>
  );
  return (
    <div className="jp-Promote-mode">
      <div
        className="jp-Promote-segments"
        role="radiogroup"
        aria-label="How many runs"
      >
        {option(false, 'One run')}
        {option(true, 'Sweep')}
      </div>
      {runs.sweep && (
        <span className="jp-Promote-hint">
          Several values: <code>0.1, 0.2</code> or <code>1..10 step 3</code>
        </span>
      )}
    </div>
  );
}

function Foot({ runs, actions }: IRunsProps): React.ReactElement {
  return (
    <div className="jp-Promote-launchFoot">
      <Switch
        checked={runs.warm}
        onChange={warm => actions.act({ type: 'warm', warm })}
      >
        <span>
          <strong>Warm start</strong>
          <small>
            {runs.warm
              ? 'Forks a ready kernel; after a change, runs both ways once to compare.'
              : 'Starts a fresh kernel for every run.'}
          </small>
        </span>
      </Switch>
      <div>
        <Deadline runs={runs} actions={actions} />
        <StartButton runs={runs} />
      </div>
    </div>
  );
}

function Deadline({ runs, actions }: IRunsProps): React.ReactElement {
  return (
    <label
      className="jp-Promote-deadline"
      title="A run that takes longer is ended"
    >
      <span>Time limit</span>
      <input
        type="number"
        min="1"
        step="any"
        placeholder="none"
        aria-label="Time limit in seconds"
        value={runs.deadline}
        onChange={({ currentTarget: { value } }) =>
          actions.act({ type: 'deadline', deadline: value })
        }
      />
      <span aria-hidden="true">s</span>
    </label>
  );
}

function StartButton({ runs }: { runs: IRuns }): React.ReactElement {
  const total = countOf(runs);
  const several = Object.keys(fieldsOf(runs)).length > 0;
  const title = !runs.sweep
    ? 'Run'
    : several && total
      ? `Sweep ${count(total, 'run')}`
      : 'Sweep';
  return (
    <button
      type="submit"
      className="jp-Promote-button jp-mod-accept"
      disabled={!mayStart(runs)}
      title={
        runs.sweep && !several ? 'Give a parameter several values' : undefined
      }
    >
      <Icon name="play" /> {title}
    </button>
  );
}
