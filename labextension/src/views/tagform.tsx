// Choosing what a cell is for.
import * as React from 'react';
import { Kind, Role, problemWith } from '../tags';

interface IChoice {
  value: string;
  kind: Kind | null;
  title: string;
  text: string;
}

const CHOICES: readonly IChoice[] = [
  {
    value: 'group',
    kind: 'promote',
    title: 'Part of a function',
    text: 'All cells with the same name become one function.'
  },
  {
    value: 'promote',
    kind: 'promote',
    title: 'Definitions',
    text: 'Imports, functions, classes and constants move to the module as they are.'
  },
  {
    value: 'parameters',
    kind: 'parameters',
    title: 'Parameters',
    text: 'Each simple assignment is a setting that a run can change.'
  },
  {
    value: 'test',
    kind: 'test',
    title: 'Test',
    text: 'The cell becomes a pytest test.'
  },
  {
    value: 'skip',
    kind: 'skip',
    title: 'Left out',
    text: 'Exploration that the promoted notebook does without.'
  },
  {
    value: 'none',
    kind: null,
    title: 'Nothing',
    text: 'The cell stays as it is.'
  }
];

/** What is chosen so far: `role` null for no tag; `problem` says why it can't be kept. */
export interface IChosen {
  role: Role | null;
  problem: string;
}

/** The choice that a role stands for. */
export function valueOf(role: Role | null): string {
  if (role?.kind === 'promote') {
    return role.name ? 'group' : 'promote';
  }
  return (
    CHOICES.find(choice => role && choice.kind === role.kind)?.value ?? 'none'
  );
}

/** The role that a choice and a name stand for. */
export function chosen(value: string, name: string): IChosen {
  const kind = CHOICES.find(choice => choice.value === value)?.kind ?? null;
  if (kind === null) {
    return { role: null, problem: '' };
  }
  if (value === 'group') {
    return { role: { kind: 'promote', name }, problem: problemWith(name) };
  }
  if (kind === 'promote') {
    return { role: { kind, name: '' }, problem: '' };
  }
  return { role: kind === 'test' ? { kind, name } : { kind }, problem: '' };
}

export interface ITagFormProps {
  role: Role | null;
  names: readonly string[];
  onChange: (chosen: IChosen) => void;
}

export function TagForm(props: ITagFormProps): React.ReactElement {
  const { role, names, onChange } = props;
  const [value, setValue] = React.useState(role ? valueOf(role) : 'group');
  const [name, setName] = React.useState(
    role && 'name' in role ? role.name : ''
  );
  const kept = role?.kind === 'test' ? role.name : '';
  const now = chosen(value, value === 'test' ? kept : name.trim());
  const form = React.useRef<HTMLFieldSetElement>(null);
  React.useEffect(() => {
    onChange(now);
    // JupyterLab's dialog looks for invalid fields when there is input: now they are up to date.
    form.current?.dispatchEvent(new Event('input', { bubbles: true }));
  }, [value, name]);
  return (
    <fieldset ref={form} className="jp-Promote-tagForm">
      <legend className="jp-Promote-hidden">What this cell is for</legend>
      {CHOICES.map(choice => (
        <label key={choice.value} className="jp-Promote-choice">
          <input
            type="radio"
            name="jp-promote-role"
            value={choice.value}
            checked={value === choice.value}
            onChange={() => setValue(choice.value)}
          />
          <span>
            <strong>{choice.title}</strong>
            <small>{choice.text}</small>
            {choice.value === 'group' && value === 'group' && (
              <NameField
                name={name}
                names={names}
                problem={now.problem}
                onName={setName}
              />
            )}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function NameField(props: {
  name: string;
  names: readonly string[];
  problem: string;
  onName: (name: string) => void;
}): React.ReactElement {
  const field = React.useRef<HTMLInputElement>(null);
  React.useLayoutEffect(() => field.current?.setCustomValidity(props.problem));
  return (
    <span className="jp-Promote-nameField">
      <input
        ref={field}
        type="text"
        className="jp-mod-styled"
        aria-label="Name of the function"
        aria-invalid={props.name !== '' && props.problem !== ''}
        placeholder="clean_orders"
        list="jp-promote-names"
        spellCheck={false}
        autoFocus
        value={props.name}
        onChange={event => props.onName(event.currentTarget.value)}
      />
      <datalist id="jp-promote-names">
        {props.names.map(name => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {props.name && props.problem && (
        <small role="alert">{props.problem}</small>
      )}
    </span>
  );
}
