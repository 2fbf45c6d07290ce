// The runs of a notebook as a table, and a result over a parameter.
import * as React from 'react';
import {
  IColumn,
  IView,
  ago,
  columnsOf,
  duration,
  shownValue,
  sorted,
  valueIn
} from '../results';
import type { RunWire } from '../wire';
import { Icon, IconName } from './icons';
import { PlotView } from './plot';
import type { IRunActions } from './runs';

const SHOWN = 50;

interface IProps {
  rows: readonly RunWire[];
  view: IView;
  actions: IRunActions;
}

/** Plot and table. */
export function ResultsView(props: IProps): React.ReactElement {
  const { rows, view, actions } = props;
  const [all, showAll] = React.useState(false);
  const columns = columnsOf(rows);
  const inOrder = sorted(rows, view);
  return (
    <section className="jp-Promote-results" aria-label="Results">
      <header>
        <h3>Results</h3>
        <span className="jp-Promote-count">{rows.length}</span>
        <button
          type="button"
          className="jp-Promote-x"
          aria-label="Refresh the results"
          title="Refresh"
          onClick={actions.refresh}
        >
          <Icon name="reset" />
        </button>
      </header>
      <PlotView {...props} />
      <div className="jp-Promote-tableFrame" tabIndex={-1}>
        <table className="jp-Promote-table">
          <thead>
            <tr>
              {columns.map(column => (
                <Head key={column.key} column={column} {...props} />
              ))}
            </tr>
          </thead>
          <tbody>
            {inOrder.slice(0, all ? undefined : SHOWN).map(row => (
              <Row key={row.key} row={row} columns={columns} {...props} />
            ))}
          </tbody>
        </table>
      </div>
      {!all && rows.length > SHOWN && (
        <button
          type="button"
          className="jp-Promote-button jp-mod-link"
          onClick={() => showAll(true)}
        >
          Show all {rows.length} runs
        </button>
      )}
    </section>
  );
}

function Head(props: IProps & { column: IColumn }): React.ReactElement {
  const { column, view, actions } = props;
  const own = view.column === column.key;
  const order = view.descending ? 'descending' : 'ascending';
  const hidden = column.kind === 'state'; // its marks are narrow
  return (
    <th scope="col" data-kind={column.kind} aria-sort={own ? order : 'none'}>
      <button
        type="button"
        title={`Sort by ${column.title}`}
        onClick={() => actions.act({ type: 'sorted', column: column.key })}
      >
        <span className={hidden ? 'jp-Promote-hidden' : undefined}>
          {column.title}
        </span>
        {own && <Icon name={view.descending ? 'down' : 'up'} />}
      </button>
    </th>
  );
}

function Row(
  props: IProps & { row: RunWire; columns: readonly IColumn[] }
): React.ReactElement {
  const { row, columns, actions } = props;
  const open = row.output ? () => actions.open(row.output) : undefined;
  return (
    <tr data-state={row.state} data-open={open !== undefined} onClick={open}>
      {columns.map(column => (
        <td
          key={column.key}
          data-kind={column.kind}
          data-number={typeof valueIn(row, column.key) === 'number'}
        >
          <Cell row={row} column={column} />
        </td>
      ))}
    </tr>
  );
}

const ICONS: Record<RunWire['state'], IconName> = {
  queued: 'circle',
  running: 'play',
  done: 'check',
  failed: 'cross',
  'timed-out': 'cross',
  cancelled: 'dash',
  lost: 'warning'
};

function Cell(props: { row: RunWire; column: IColumn }): React.ReactElement {
  const { row, column } = props;
  switch (column.kind) {
    case 'state':
      return <State row={row} />;
    case 'seconds':
      return <>{row.seconds === null ? '' : duration(row.seconds)}</>;
    case 'when':
      return (
        <time title={new Date(row.at * 1000).toLocaleString('en')}>
          {ago(row.at, Date.now() / 1000)}
        </time>
      );
    default: {
      const value = valueIn(row, column.key);
      return value === undefined && column.kind === 'parameter' ? (
        <span className="jp-Promote-default" title="The default">
          default
        </span>
      ) : (
        <span title={String(value ?? '')}>{shownValue(value)}</span>
      );
    }
  }
}

/** The mark of a state; with the keyboard it opens the output as a click on the row does. */
function State({ row }: { row: RunWire }): React.ReactElement {
  const mark = <Icon name={ICONS[row.state]} />;
  const place = row.cell === null ? '' : `cell ${row.cell + 1}: `;
  const words = row.error ? `${row.state}: ${place}${row.error}` : row.state;
  return row.output ? (
    <button
      type="button"
      className="jp-Promote-state"
      aria-label={`Open the output of this run (${row.state})`}
      title={`${words}; click to open its output`}
    >
      {mark}
    </button>
  ) : (
    <span
      className="jp-Promote-state"
      role="img"
      aria-label={row.state}
      title={`${words}; its output is gone or was overwritten`}
    >
      {mark}
    </span>
  );
}
