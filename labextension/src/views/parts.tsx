// The pieces that every section of the panel is built from.
import * as React from 'react';
import type { ErrorBody } from '../wire';
import { sentence } from '../words';
import { Icon, IconName } from './icons';

export type Tone = 'plain' | 'good' | 'warn' | 'bad';

/** A folding section with a count. */
export function Section(props: {
  title: string;
  count: number;
  tone?: Tone;
  closed?: boolean;
  children: React.ReactNode;
}): React.ReactElement | null {
  if (!props.count) {
    return null;
  }
  return (
    <details
      className="jp-Promote-section"
      open={!props.closed}
      data-section={props.title}
    >
      <summary>
        <Icon name="chevron" />
        <h3>{props.title}</h3>
        <span className="jp-Promote-count" data-tone={props.tone ?? 'plain'}>
          {props.count}
        </span>
      </summary>
      <div className="jp-Promote-sectionBody">{props.children}</div>
    </details>
  );
}

/** A switch, and beside it what it is for. */
export function Switch(
  props: {
    checked: boolean;
    onChange: (checked: boolean) => void;
    children: React.ReactNode;
  } & React.AriaAttributes & { id?: string }
): React.ReactElement {
  const { onChange, children, ...own } = props;
  return (
    <label className="jp-Promote-switch">
      <input
        {...own}
        type="checkbox"
        role="switch"
        onChange={event => onChange(event.currentTarget.checked)}
      />
      <span className="jp-Promote-track" aria-hidden="true" />
      {children}
    </label>
  );
}

/** Buttons that jump to cells. */
export function CellChips(props: {
  cells: readonly number[];
  onJump: (cell: number) => void;
}): React.ReactElement {
  return (
    <span className="jp-Promote-chips">
      {props.cells.map(cell => (
        <button
          key={cell}
          type="button"
          className="jp-Promote-chip"
          aria-label={`Go to cell ${cell + 1}`}
          title={`Go to cell ${cell + 1}`}
          onClick={() => props.onJump(cell)}
        >
          {cell + 1}
        </button>
      ))}
    </span>
  );
}

/** Text in which `names` between backticks stand in the font of code. */
export function Text(props: { children: string }): React.ReactElement {
  const parts = props.children.split(/`([^`]+)`/);
  return (
    <>{parts.map((part, i) => (i % 2 ? <code key={i}>{part}</code> : part))}</>
  );
}

/** An error as sentences: what, where, and what to do. */
export function Problem(props: {
  error: ErrorBody;
  children?: React.ReactNode;
}): React.ReactElement {
  const { what, where, hint } = props.error;
  return (
    <div className="jp-Promote-card" data-tone="bad" role="alert">
      <div className="jp-Promote-cardTitle">
        <Icon name="warning" />
        <span>
          <Text>{sentence(what)}</Text>
        </span>
      </div>
      {where && <div className="jp-Promote-where">{where}</div>}
      {hint && (
        <p className="jp-Promote-hint">
          <Text>{sentence(hint)}</Text>
        </p>
      )}
      {props.children}
    </div>
  );
}

/** A quiet page with a picture, some words and perhaps a button. */
export function Empty(props: {
  icon: IconName;
  title: string;
  children: React.ReactNode;
}): React.ReactElement {
  return (
    <div className="jp-Promote-empty">
      <Icon name={props.icon} />
      <h3>{props.title}</h3>
      {props.children}
    </div>
  );
}

/** A button in the style of JupyterLab's dialogs. */
export function Button(props: {
  kind: 'accept' | 'plain' | 'link';
  disabled?: boolean;
  onClick: () => void;
  children: React.ReactNode;
}): React.ReactElement {
  return (
    <button
      type="button"
      className={`jp-Promote-button jp-mod-${props.kind}`}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}

/** Sentences as a list. */
export function Lines(props: {
  texts: readonly string[];
  quiet?: boolean;
}): React.ReactElement | null {
  return props.texts.length ? (
    <ul
      className={
        props.quiet ? 'jp-Promote-lines jp-mod-quiet' : 'jp-Promote-lines'
      }
    >
      {props.texts.map((text, i) => (
        <li key={i}>
          <Text>{sentence(text)}</Text>
        </li>
      ))}
    </ul>
  ) : null;
}

/** A bar that is full at `max`. */
export function Meter(props: {
  role: 'meter' | 'progressbar';
  label: string;
  value: number;
  max: number;
}): React.ReactElement {
  const { role, label, value, max } = props;
  const width = `${Math.min(100, (100 * value) / Math.max(max, 1))}%`;
  return (
    <span
      className="jp-Promote-meter"
      role={role}
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={0}
      aria-valuemax={max}
      data-full={value >= max}
    >
      <span style={{ width }} />
    </span>
  );
}

/** The line that folds and unfolds what is below it. */
export function Fold(props: { children: React.ReactNode }): React.ReactElement {
  return (
    <summary>
      <Icon name="chevron" />
      <span>{props.children}</span>
    </summary>
  );
}

const NEAR_END = 40;

/** The lines as they come; it follows the end unless somebody has scrolled up. */
export function Output(props: {
  label: string;
  lines: readonly string[];
  shorten?: (line: string) => string;
  tintOf?: (line: string) => string | undefined;
}): React.ReactElement {
  const node = React.useRef<HTMLPreElement>(null);
  const follows = React.useRef(true);
  React.useEffect(() => {
    if (node.current && follows.current) {
      node.current.scrollTop = node.current.scrollHeight;
    }
  }, [props.lines]);
  return (
    <pre
      ref={node}
      className="jp-Promote-output"
      tabIndex={0}
      aria-label={props.label}
      onScroll={({ currentTarget: at }) => {
        follows.current =
          at.scrollHeight - at.scrollTop - at.clientHeight < NEAR_END;
      }}
    >
      {props.lines.map((line, i) => (
        <Line
          key={i}
          text={line}
          shorten={props.shorten}
          tintOf={props.tintOf}
        />
      ))}
    </pre>
  );
}

const Line = React.memo(function Line(props: {
  text: string;
  shorten?: (line: string) => string;
  tintOf?: (line: string) => string | undefined;
}): React.ReactElement {
  const text = props.shorten?.(props.text) ?? props.text;
  return (
    <span
      data-tint={props.tintOf?.(text)}
      title={text === props.text ? undefined : props.text}
    >
      {`${text}\n`}
    </span>
  );
});
