// Write: what will be done, how far it is, and how it went.
import * as React from 'react';
import type { Writing } from '../state';
import type { ReportWire } from '../wire';
import { compared, count, headline, isWritten, sentence } from '../words';
import { Icon } from './icons';
import { Button, Lines, Problem, Switch, Tone } from './parts';
import { Files } from './plan';

export interface IWriteProps {
  files: number;
  prove: boolean;
  ready: boolean;
  onProve: (prove: boolean) => void;
  onPreview: () => void;
  onWrite: () => void;
}

/** The foot of the panel: the switch and the two buttons. */
export function WriteBar(props: IWriteProps): React.ReactElement {
  return (
    <div className="jp-Promote-bar">
      <Switch checked={props.prove} onChange={props.onProve}>
        <span>
          <strong>Prove it first</strong>
          <small>
            {props.prove
              ? 'Runs the notebook before and after, and compares.'
              : 'Written without running anything.'}
          </small>
        </span>
      </Switch>
      <div className="jp-Promote-buttons">
        <Button kind="plain" disabled={!props.files} onClick={props.onPreview}>
          <Icon name="eye" /> Preview
        </Button>
        <Button kind="accept" disabled={!props.ready} onClick={props.onWrite}>
          {props.files ? `Write ${count(props.files, 'file')}` : 'Write'}
        </Button>
      </div>
    </div>
  );
}

/** What became of Write; nothing while nobody pressed it. */
export function WritingView(props: {
  writing: Writing;
  onCancel: () => void;
  onDismiss: () => void;
  onOpen: (report: ReportWire, path: string) => void;
}): React.ReactElement | null {
  const { writing, onCancel, onDismiss, onOpen } = props;
  switch (writing.at) {
    case 'idle':
      return null;
    case 'running':
      return <Running {...writing} onCancel={onCancel} />;
    case 'done':
      return (
        <Outcome
          report={writing.report}
          onDismiss={onDismiss}
          onOpen={onOpen}
        />
      );
    case 'cancelled':
      return (
        <div className="jp-Promote-card" role="status">
          <div className="jp-Promote-cardTitle">Cancelled</div>
          <p>Nothing was written.</p>
          <Button kind="link" onClick={onDismiss}>
            Dismiss
          </Button>
        </div>
      );
    case 'failed':
      return (
        <Problem error={writing.error}>
          <Button kind="link" onClick={onDismiss}>
            Dismiss
          </Button>
        </Problem>
      );
  }
}

function Running(props: {
  step: string;
  cancelling: boolean;
  onCancel: () => void;
}): React.ReactElement {
  const step = props.cancelling ? 'stopping' : props.step || 'starting';
  return (
    <div
      className="jp-Promote-card jp-Promote-running"
      role="status"
      aria-live="polite"
    >
      <div className="jp-Promote-cardTitle">
        <Icon name="shield" />
        <span>Promoting</span>
        <Button
          kind="link"
          disabled={props.cancelling}
          onClick={props.onCancel}
        >
          Cancel
        </Button>
      </div>
      <div
        className="jp-Promote-progress"
        role="progressbar"
        aria-label="Promoting"
      />
      <p className="jp-Promote-step">{sentence(step).replace(/\.$/, '…')}</p>
    </div>
  );
}

const TONES: Record<string, Tone> = { equivalent: 'good', 'not-run': 'warn' };

function Outcome(props: {
  report: ReportWire;
  onDismiss: () => void;
  onOpen: (report: ReportWire, path: string) => void;
}): React.ReactElement {
  const { report, onDismiss, onOpen } = props;
  const { verdict } = report;
  const written = isWritten(report);
  const proved = written && verdict.status === 'equivalent';
  return (
    <div
      className="jp-Promote-card jp-Promote-verdict"
      data-tone={(written && TONES[verdict.status]) || 'bad'}
      data-status={verdict.status}
      role="status"
    >
      <div className="jp-Promote-cardTitle">
        <Icon name={proved ? 'check' : 'warning'} />
        <span>{headline(report)}</span>
        <button
          type="button"
          aria-label="Dismiss"
          className="jp-Promote-x"
          onClick={onDismiss}
        >
          <Icon name="cross" />
        </button>
      </div>
      {proved && <p className="jp-Promote-compared">{compared(verdict)}.</p>}
      <Lines texts={verdict.differences} />
      <Lines texts={verdict.notes} quiet />
      {written && (
        <Files
          written
          files={report.files}
          to={report.to}
          onOpen={path => onOpen(report, path)}
        />
      )}
    </div>
  );
}
