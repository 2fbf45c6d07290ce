// A result over a parameter, drawn in the colours of the theme.
import * as React from 'react';
import {
  IPlot,
  IPoint,
  IScale,
  IView,
  plotOf,
  plottable,
  shownValue
} from '../results';
import type { RunWire } from '../wire';
import { count } from '../words';
import type { IRunActions } from './runs';
import { given } from './runprogress';

const WIDTH = 340;
const HEIGHT = 150;
const LEFT = 44;
const BOTTOM = 20;
const LONGEST = 8; // characters below a tick that is no number

interface IProps {
  rows: readonly RunWire[];
  view: IView;
  actions: IRunActions;
}

/** The plot with the choice of what it shows; nothing where there is nothing to compare. */
export function PlotView(props: IProps): React.ReactElement | null {
  const { rows, view, actions } = props;
  const { metrics, overs } = plottable(rows);
  if (!metrics.length || !overs.length) {
    return null;
  }
  const metric = metrics.includes(view.metric) ? view.metric : metrics[0];
  const over = overs.includes(view.over) ? view.over : overs[0];
  const plot = plotOf(rows, metric, over);
  return (
    <figure className="jp-Promote-plot">
      <figcaption>
        <Choice
          label="Result to plot"
          value={metric}
          names={metrics}
          onChoice={name => actions.act({ type: 'plotted', metric: name })}
        />
        over
        <Choice
          label="Parameter to plot over"
          value={over}
          names={overs}
          onChoice={name => actions.act({ type: 'plotted', over: name })}
        />
      </figcaption>
      {plot ? (
        <>
          <Drawing plot={plot} metric={metric} over={over} actions={actions} />
          <Legend plot={plot} />
        </>
      ) : (
        <p className="jp-Promote-hint">
          Fewer than two runs have both: sweep over <code>{over}</code>.
        </p>
      )}
    </figure>
  );
}

/** Which colour is which value of the parameter that tells points apart. */
function Legend({ plot }: { plot: IPlot }): React.ReactElement | null {
  return plot.by ? (
    <ul className="jp-Promote-legend" aria-label={`Colours: ${plot.by}`}>
      <li>
        <code>{plot.by}</code>
      </li>
      {plot.series.map((name, i) => (
        <li key={name} data-series={i}>
          {name}
        </li>
      ))}
    </ul>
  ) : null;
}

function Choice(props: {
  label: string;
  value: string;
  names: readonly string[];
  onChoice: (name: string) => void;
}): React.ReactElement {
  return props.names.length > 1 ? (
    <select
      aria-label={props.label}
      value={props.value}
      onChange={event => props.onChoice(event.currentTarget.value)}
    >
      {props.names.map(name => (
        <option key={name}>{name}</option>
      ))}
    </select>
  ) : (
    <code>{props.value}</code>
  );
}

function Drawing(props: {
  plot: IPlot;
  metric: string;
  over: string;
  actions: IRunActions;
}): React.ReactElement {
  const { plot, metric, over, actions } = props;
  const right = (value: number): number =>
    LEFT + share(plot.x, value) * (WIDTH - LEFT - 8);
  const down = (value: number): number =>
    6 + (1 - share(plot.y, value)) * (HEIGHT - BOTTOM - 6);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${metric} over ${over}: ${count(plot.points.length, 'run')}`}
    >
      {plot.y.ticks.map(({ at, text }) => (
        <g key={at} className="jp-Promote-tick">
          <line x1={LEFT} x2={WIDTH - 4} y1={down(at)} y2={down(at)} />
          <text x={LEFT - 6} y={down(at) + 3} textAnchor="end">
            {text}
          </text>
        </g>
      ))}
      {plot.x.ticks.map(({ at, text }) => (
        <text
          key={at}
          className="jp-Promote-tickText"
          x={right(at)}
          y={HEIGHT - 6}
          textAnchor="middle"
        >
          {text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text}
        </text>
      ))}
      {plot.points.map(point => (
        <Dot
          key={point.row.key}
          point={point}
          x={right(point.x)}
          y={down(point.y)}
          metric={metric}
          onOpen={actions.open}
        />
      ))}
    </svg>
  );
}

function share(scale: IScale, value: number): number {
  return (value - scale.low) / (scale.high - scale.low || 1);
}

function Dot(props: {
  point: IPoint;
  x: number;
  y: number;
  metric: string;
  onOpen: (path: string) => void;
}): React.ReactElement {
  const { row } = props.point;
  return (
    <circle
      cx={props.x}
      cy={props.y}
      r={4}
      data-series={props.point.series}
      data-open={row.output !== ''}
      onClick={() => row.output && props.onOpen(row.output)}
    >
      <title>
        {`${props.metric} = ${shownValue(props.point.y)}\n${given(row.parameters)}`}
      </title>
    </circle>
  );
}
