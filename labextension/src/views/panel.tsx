// The whole panel, as a function of the state of the notebook in front.
import * as React from 'react';
import { IState, isTagged, mayWrite, shown } from '../state';
import type { ReportWire } from '../wire';
import { count, isWritten, join } from '../words';
import { FlagsView, IFlagsProps } from './flags';
import { Icon } from './icons';
import { Button, Empty, Problem } from './parts';
import { PlanView } from './plan';
import { IRunsProps, RunsView } from './runs';
import { TestsView } from './tests';
import { WriteBar, WritingView } from './writing';

/** What the panel can ask for. */
export interface IActions {
  jump: (cell: number) => void;
  preview: (path?: string) => void;
  open: (path: string) => void;
  target: (to: string) => void;
  prove: (prove: boolean) => void;
  write: () => void;
  cancel: () => void;
  dismiss: () => void;
  runTests: () => void;
  cancelTests: () => void;
  /** Open the file at `path` where `test` is defined. */
  openTest: (path: string, test: string) => void;
  tag: () => void;
}

export type Tab = 'plan' | 'flags' | 'runs';

export interface IPanelProps {
  state: IState | null;
  actions: IActions;
  inspected: IFlagsProps | null;
  running: IRunsProps | null;
  tab: Tab;
  onTab: (tab: Tab) => void;
}

export function PanelView(props: IPanelProps): React.ReactElement {
  const { state, inspected } = props;
  if (!state) {
    return (
      <Empty icon="notebook" title="No notebook in front">
        <p>
          Open a notebook, and this panel shows what can be promoted from it.
        </p>
      </Empty>
    );
  }
  const count = inspected?.flags.flags.length ?? 0;
  return (
    <div className="jp-Promote-panel" aria-busy={state.plan.at === 'thinking'}>
      <header className="jp-Promote-header">
        <div className="jp-Promote-title">
          <h2>Promote</h2>
          <span title={state.name}>{state.name}</span>
        </div>
        <Tabs
          current={props.tab}
          flags={count}
          running={props.running?.runs.progress?.at === 'running'}
          onTab={props.onTab}
        />
      </header>
      {props.tab === 'plan' && (
        <Plan
          state={state}
          actions={props.actions}
          flagged={Object.keys(inspected?.flags.rules ?? {})}
        />
      )}
      {props.tab === 'flags' && (
        <div className="jp-Promote-scroll" role="tabpanel" aria-label="Flags">
          {inspected && <FlagsView {...inspected} />}
        </div>
      )}
      {props.tab === 'runs' && (
        <div className="jp-Promote-scroll" role="tabpanel" aria-label="Runs">
          {props.running && <RunsView {...props.running} />}
        </div>
      )}
    </div>
  );
}

function Tabs(props: {
  current: Tab;
  flags: number;
  running: boolean;
  onTab: (tab: Tab) => void;
}): React.ReactElement {
  const tab = (
    name: Tab,
    title: string,
    count = 0,
    busy = false
  ): React.ReactElement => (
    <button
      type="button"
      role="tab"
      aria-selected={props.current === name}
      onClick={() => props.onTab(name)}
    >
      {title}
      {count > 0 && <span className="jp-Promote-count">{count}</span>}
      {busy && (
        <span className="jp-Promote-busy" role="img" aria-label="under way" />
      )}
    </button>
  );
  return (
    <div className="jp-Promote-panelTabs" role="tablist" aria-label="Promote">
      {tab('plan', 'Plan')}
      {tab('flags', 'Flags', props.flags)}
      {tab('runs', 'Runs', 0, props.running)}
    </div>
  );
}

interface IPlanTab {
  state: IState;
  actions: IActions;
  flagged: readonly string[];
}

/** What would be promoted, and what became of it. */
function Plan(props: IPlanTab): React.ReactElement {
  const { state, actions } = props;
  return (
    <>
      <Aim state={state} onTarget={actions.target} />
      <Scroll upWhen={state.writing.at}>
        <WritingView
          writing={state.writing}
          onCancel={actions.cancel}
          onDismiss={actions.dismiss}
          onOpen={(report: ReportWire, path: string) =>
            actions.open(join(report.to, path))
          }
        />
        <Tests state={state} actions={actions} />
        <Body {...props} />
      </Scroll>
      {isTagged(state) && state.plan.at !== 'failed' && (
        <WriteBar
          files={shown(state)?.files.length ?? 0}
          prove={state.prove}
          ready={mayWrite(state)}
          onProve={actions.prove}
          onPreview={() => actions.preview()}
          onWrite={actions.write}
        />
      )}
    </>
  );
}

/** The tests that were written, below the verdict. */
function Tests({
  state: { writing, testing },
  actions
}: {
  state: IState;
  actions: IActions;
}): React.ReactElement | null {
  if (writing.at !== 'done' || !isWritten(writing.report)) {
    return null;
  }
  const { report } = writing;
  return (
    <TestsView
      report={report}
      testing={testing}
      onRun={actions.runTests}
      onCancel={actions.cancelTests}
      onOpen={test => actions.openTest(join(report.to, report.tests[0]), test)}
    />
  );
}

/** Scrolls up to the news whenever `upWhen` changes. */
function Scroll(props: {
  upWhen: string;
  children: React.ReactNode;
}): React.ReactElement {
  const node = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    node.current?.scrollTo({ top: 0 });
  }, [props.upWhen]);
  return (
    <div ref={node} className="jp-Promote-scroll">
      {props.children}
    </div>
  );
}

/** Where to, and how much. */
function Aim(props: {
  state: IState;
  onTarget: (to: string) => void;
}): React.ReactElement | null {
  const { state } = props;
  const report = shown(state);
  return isTagged(state) ? (
    <div className="jp-Promote-aim">
      {state.plan.at === 'thinking' && <div className="jp-Promote-progress" />}
      <Target
        key={report?.to ?? ''}
        to={state.to || report?.to || ''}
        onTarget={props.onTarget}
      />
      {report && <Summary report={report} />}
    </div>
  ) : null;
}

/** The target folder; typing changes nothing until Enter, or until the field is left. */
function Target(props: {
  to: string;
  onTarget: (to: string) => void;
}): React.ReactElement {
  const settle = (field: HTMLInputElement): void => {
    if (field.value.trim() !== props.to) {
      props.onTarget(field.value);
    }
  };
  return (
    <label
      className="jp-Promote-target"
      title="The folder that src, tests and notebooks go to"
    >
      <Icon name="folder" />
      <span>Target</span>
      <input
        type="text"
        aria-label="Target folder"
        spellCheck={false}
        defaultValue={props.to}
        placeholder="nearest project"
        onBlur={event => settle(event.currentTarget)}
        onKeyDown={event =>
          event.key === 'Enter' && settle(event.currentTarget)
        }
      />
    </label>
  );
}

function Summary(props: { report: ReportWire }): React.ReactElement {
  const { functions, moved, refused, module } = props.report;
  const parts = [
    count(functions.length, 'function'),
    ...(moved.length ? [count(moved.length, 'cell moved', 'cells moved')] : []),
    ...(refused.length ? [`${refused.length} refused`] : [])
  ];
  return (
    <p className="jp-Promote-overview">
      {parts.join(' · ')}
      {module && (
        <>
          {' → '}
          <code>{module}</code>
        </>
      )}
    </p>
  );
}

function Body({ state, actions, flagged }: IPlanTab): React.ReactElement {
  if (!isTagged(state)) {
    return (
      <Empty icon="tag" title="Nothing is tagged yet">
        <p>
          Give cells that belong together the tag <code>promote:NAME</code>, and
          they become the function <code>NAME</code>. Tag the cell with the
          settings as <code>parameters</code>.
        </p>
        <Button kind="accept" onClick={actions.tag}>
          Tag this cell…
        </Button>
      </Empty>
    );
  }
  if (state.plan.at === 'failed') {
    return <Problem error={state.plan.error} />;
  }
  const report = shown(state);
  return report ? (
    <PlanView
      report={report}
      cells={state.cells}
      flagged={flagged}
      onJump={actions.jump}
      onPreview={actions.preview}
    />
  ) : (
    <p className="jp-Promote-hint jp-Promote-waiting">Working out the plan…</p>
  );
}
