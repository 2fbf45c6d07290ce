// What would be promoted, refused, dropped and written.
import * as React from 'react';
import type { ICell } from '../state';
import type { FileWire, FunctionWire, RefusalWire, ReportWire } from '../wire';
import { change, isHidden, join, lines, sentence, split } from '../words';
import { Icon } from './icons';
import { CellChips, Section, Text } from './parts';

/** `flagged` are the codes of findings that stand among the flags. */
export interface IPlanProps {
  report: ReportWire;
  cells: readonly ICell[];
  flagged: readonly string[];
  onJump: (cell: number) => void;
  onPreview: (path: string) => void;
}

export function PlanView(props: IPlanProps): React.ReactElement {
  const { report, onJump } = props;
  const findings = report.findings.filter(
    ({ code }) => !props.flagged.includes(code)
  );
  return (
    <>
      <Section title="Refused" count={report.refused.length} tone="warn">
        {report.refused.map((refusal, i) => (
          <Refusal key={i} refusal={refusal} onJump={onJump} />
        ))}
      </Section>
      <Section title="Functions" count={report.functions.length}>
        {report.functions.map(each => (
          <FunctionCard key={each.name} function={each} onJump={onJump} />
        ))}
      </Section>
      <Section title="Moved to module level" count={report.moved.length}>
        {report.moved.map(cell => (
          <Row key={cell} cells={[cell]} onJump={onJump}>
            <code>{props.cells[cell]?.line || '(empty)'}</code>
          </Row>
        ))}
      </Section>
      <Section title="Files" count={report.files.length}>
        <Files files={report.files} to={report.to} onOpen={props.onPreview} />
      </Section>
      <Section title="Displays left out" count={report.dropped_displays.length}>
        {report.dropped_displays.map((display, i) => (
          <Row
            key={i}
            cells={[display.cell]}
            onJump={onJump}
            note={sentence(display.reason)}
          >
            <code>{display.code}</code>
          </Row>
        ))}
      </Section>
      <Section title="Findings" count={findings.length}>
        {findings.map((finding, i) => (
          <Row
            key={i}
            cells={finding.cell === null ? [] : [finding.cell]}
            onJump={onJump}
            note={sentence(finding.hint)}
          >
            <span className="jp-Promote-code">{finding.code}</span>{' '}
            {sentence(finding.message)}
          </Row>
        ))}
      </Section>
    </>
  );
}

function FunctionCard(props: {
  function: FunctionWire;
  onJump: (cell: number) => void;
}): React.ReactElement {
  const { name, signature, summary, cells, outputs } = props.function;
  return (
    <article
      className="jp-Promote-card jp-Promote-function"
      aria-label={`Function ${name}`}
    >
      <Signature name={name} text={signature} outputs={outputs} />
      {summary && <p className="jp-Promote-summary">{sentence(summary)}</p>}
      <footer>
        <span className="jp-Promote-from">
          {cells.length === 1 ? 'from cell' : 'from cells'}
        </span>
        <CellChips cells={cells} onJump={props.onJump} />
      </footer>
    </article>
  );
}

/** `name(…) -> …`; where no type is known yet, the names that come back. */
function Signature(props: {
  name: string;
  text: string;
  outputs: readonly string[];
}): React.ReactElement {
  const plain = props.text.replace(/^(async )?def /, '').replace(/:$/, '');
  const rest = plain.startsWith(props.name)
    ? plain.slice(props.name.length)
    : plain;
  const arrow = rest.lastIndexOf('->');
  const known =
    arrow >= 0 ? rest.slice(arrow + 2).trim() : props.outputs.join(', ');
  return (
    <code className="jp-Promote-signature">
      <span className="jp-Promote-name">{props.name}</span>
      {(arrow < 0 ? rest : rest.slice(0, arrow)).trim()}
      {known && <span className="jp-Promote-result"> → {known}</span>}
    </code>
  );
}

function Refusal(props: {
  refusal: RefusalWire;
  onJump: (cell: number) => void;
}): React.ReactElement {
  const { name, code, message, hint, cells } = props.refusal;
  return (
    <article
      className="jp-Promote-card"
      data-tone="warn"
      aria-label={`Refused: ${name}`}
    >
      <div className="jp-Promote-cardTitle">
        <code>{name}</code>
        <span className="jp-Promote-code">{code}</span>
      </div>
      <p>
        <Text>{sentence(message)}</Text>
      </p>
      {hint && (
        <p className="jp-Promote-hint">
          <Text>{sentence(hint)}</Text>
        </p>
      )}
      <footer>
        <span className="jp-Promote-from">
          {cells.length === 1 ? 'stays in cell' : 'stays in cells'}
        </span>
        <CellChips cells={cells} onJump={props.onJump} />
      </footer>
    </article>
  );
}

function Row(props: {
  cells: readonly number[];
  onJump: (cell: number) => void;
  note?: string;
  children: React.ReactNode;
}): React.ReactElement {
  return (
    <div className="jp-Promote-row">
      <CellChips cells={props.cells} onJump={props.onJump} />
      <div className="jp-Promote-rowText">
        <div>{props.children}</div>
        {props.note && (
          <p className="jp-Promote-hint">
            <Text>{props.note}</Text>
          </p>
        )}
      </div>
    </div>
  );
}

/** Files as rows: name first, folder in grey, and what would happen to each. */
export function Files(props: {
  files: readonly FileWire[];
  to: string;
  written?: boolean;
  onOpen: (path: string) => void;
}): React.ReactElement {
  return (
    <ul
      className="jp-Promote-files"
      aria-label={props.written ? 'Files written' : 'Files'}
    >
      {props.files.map(file => {
        const [folder, name] = split(file.path);
        return (
          <li key={file.path}>
            <button
              type="button"
              title={join(props.to, file.path)}
              disabled={props.written && isHidden(file.path)}
              onClick={() => props.onOpen(file.path)}
            >
              <Icon name="file" />
              <span className="jp-Promote-fileName">{name}</span>
              <span className="jp-Promote-folder">{folder}</span>
              <Mark file={file} written={props.written} />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function Mark(props: {
  file: FileWire;
  written?: boolean;
}): React.ReactElement {
  const kind = change(props.file);
  const words = { new: 'new', changed: 'changed', same: 'unchanged' };
  return (
    <span className="jp-Promote-mark" data-change={kind}>
      {kind === 'new' && !props.written
        ? `+${lines(props.file.text)}`
        : words[kind]}
    </span>
  );
}
