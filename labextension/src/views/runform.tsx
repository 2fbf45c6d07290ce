// The parameters of a notebook as fields.
import * as React from 'react';
import {
  IRuns,
  RunsEvent,
  isChosen,
  parametersOf,
  picked,
  problemOf,
  textOf
} from '../runs';
import type { ErrorBody, ParameterWire } from '../wire';
import { sentence } from '../words';
import { Icon } from './icons';
import { Switch } from './parts';

type OnEvent = (event: RunsEvent) => void;

interface IFieldProps {
  runs: IRuns;
  parameter: ParameterWire;
  onEvent: OnEvent;
}

/** A row for each parameter. */
export function FieldsView(props: {
  runs: IRuns;
  onEvent: OnEvent;
}): React.ReactElement {
  return (
    <div className="jp-Promote-fields">
      {parametersOf(props.runs).map(parameter => (
        <Field key={parameter.name} parameter={parameter} {...props} />
      ))}
    </div>
  );
}

function Field(props: IFieldProps): React.ReactElement {
  const { runs, parameter, onEvent } = props;
  const { name } = parameter;
  const problem = problemOf(runs, name);
  const several = runs.sweep && isChosen(parameter);
  const changed = several
    ? picked(runs, name).join(', ') !== parameter.text
    : textOf(runs, parameter) !== parameter.text;
  return (
    <div
      className="jp-Promote-field"
      data-name={name}
      data-changed={changed}
      data-wrong={problem !== null}
    >
      <label
        className="jp-Promote-fieldName"
        htmlFor={several ? undefined : idOf(name)}
        id={`${idOf(name)}-name`}
        title={parameter.type ? `${name}: ${parameter.type}` : name}
      >
        {name}
      </label>
      <div className="jp-Promote-fieldValue">
        {several ? <Chips {...props} /> : <Input {...props} />}
        {changed && (
          <button
            type="button"
            className="jp-Promote-reset"
            aria-label={`Reset ${name} to ${parameter.default || 'its default'}`}
            title={`Back to ${parameter.default || 'the default'}`}
            onClick={() => onEvent({ type: 'reset', name })}
          >
            <Icon name="reset" />
          </button>
        )}
      </div>
      <Help parameter={parameter} problem={problem} />
    </div>
  );
}

/** What is wrong, else what the comment beside the parameter says. */
function Help(props: {
  parameter: ParameterWire;
  problem: ErrorBody | null;
}): React.ReactElement | null {
  const { parameter, problem } = props;
  const id = `${idOf(parameter.name)}-help`;
  if (problem) {
    return (
      <p id={id} className="jp-Promote-fieldProblem" role="alert">
        {sentence(problem.what)}
        {problem.hint && ` ${sentence(problem.hint)}`}
      </p>
    );
  }
  return parameter.help ? (
    <p id={id} className="jp-Promote-fieldHelp">
      {parameter.help}
    </p>
  ) : null;
}

function Input(props: IFieldProps): React.ReactElement {
  const { runs, parameter, onEvent } = props;
  const { name, kind, choices } = parameter;
  const text = textOf(runs, parameter);
  const type = (value: string): void =>
    onEvent({ type: 'typed', name, text: value });
  const own = {
    id: idOf(name),
    'aria-invalid': problemOf(runs, name) !== null,
    'aria-describedby': `${idOf(name)}-help`
  };
  switch (kind) {
    case 'flag':
      return (
        <Switch
          {...own}
          checked={text === 'True'}
          onChange={on => type(on ? 'True' : 'False')}
        >
          <code>{text}</code>
        </Switch>
      );
    case 'choice':
      return (
        <select
          {...own}
          value={text}
          onChange={event => type(event.currentTarget.value)}
        >
          {choices.includes(text) ? null : <option>{text}</option>}
          {choices.map(choice => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      );
    default:
      return (
        <input
          {...own}
          type="text"
          inputMode={kind === 'number' && !runs.sweep ? 'decimal' : undefined}
          spellCheck={false}
          autoComplete="off"
          value={text}
          placeholder={parameter.text ? '' : parameter.default}
          onChange={event => type(event.currentTarget.value)}
        />
      );
  }
}

/** The values that a sweep visits, to be switched on and off. */
function Chips(props: IFieldProps): React.ReactElement {
  const { runs, parameter, onEvent } = props;
  const { name } = parameter;
  const chosen = picked(runs, name);
  return (
    <div
      className="jp-Promote-picks"
      role="group"
      aria-labelledby={`${idOf(name)}-name`}
      aria-describedby={`${idOf(name)}-help`}
    >
      {parameter.choices.map(choice => (
        <button
          key={choice}
          type="button"
          aria-pressed={chosen.includes(choice)}
          onClick={() => onEvent({ type: 'picked', name, choice })}
        >
          {choice}
        </button>
      ))}
    </div>
  );
}

function idOf(name: string): string {
  return `jp-Promote-parameter-${name}`;
}
