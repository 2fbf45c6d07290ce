// The flags of the notebook in front, by rule.
import * as React from 'react';
import {
  IFlag,
  IFlagGroup,
  IFlags,
  byRule,
  copiesOf,
  explained
} from '../flags';
import type { PlaceWire } from '../wire';
import { Place, placeName, sentence } from '../words';
import { Icon } from './icons';
import { Empty, Problem, Text } from './parts';

const SHOWN = 8;

/** What a person can do about a flag. */
export interface IFlagActions {
  goTo: (place: Place) => void;
  compare: (flag: IFlag, place: Place) => void;
  /** Show what one function in place of all copies would change. */
  unify: (flag: IFlag) => void;
  silence: (flag: IFlag) => void;
}

export interface IFlagsProps {
  flags: IFlags;
  actions: IFlagActions;
}

/** All flags of the notebook. */
export function FlagsView(props: IFlagsProps): React.ReactElement | null {
  const { flags, actions } = props;
  switch (flags.at) {
    case 'waiting':
      return null;
    case 'off':
      return (
        <Empty icon="eye" title="Flags are switched off">
          <p>Switch them on in the settings, under Promote: flags.</p>
        </Empty>
      );
    case 'failed':
      return flags.error && <Problem error={flags.error} />;
    case 'ready':
      return flags.flags.length ? (
        <>
          {byRule(flags).map(group => (
            <Group
              key={group.code}
              group={group}
              what={explained(flags.rules[group.code] ?? '').what}
              actions={actions}
            />
          ))}
        </>
      ) : (
        <Empty icon="check" title="Nothing to flag">
          <p>
            Hidden state, copied code and cells that differ from their module
            are flagged here and in the cells while you type.
          </p>
        </Empty>
      );
  }
}

function Group(props: {
  group: IFlagGroup;
  what: string;
  actions: IFlagActions;
}): React.ReactElement {
  const { code, flags } = props.group;
  const row = (flag: IFlag): React.ReactElement => (
    <FlagRow key={flag.key} flag={flag} actions={props.actions} />
  );
  return (
    <section className="jp-Promote-flagGroup" aria-label={`Rule ${code}`}>
      <header>
        <span className="jp-Promote-code" data-severity={flags[0].severity}>
          {code}
        </span>
        <span className="jp-Promote-flagWhat">
          <Text>{props.what}</Text>
        </span>
      </header>
      <ul>{flags.slice(0, SHOWN).map(row)}</ul>
      {flags.length > SHOWN && (
        <details className="jp-Promote-fold">
          <summary>
            <Icon name="chevron" />
            <span>{flags.length - SHOWN} more</span>
          </summary>
          <ul>{flags.slice(SHOWN).map(row)}</ul>
        </details>
      )}
    </section>
  );
}

function FlagRow(props: {
  flag: IFlag;
  actions: IFlagActions;
}): React.ReactElement {
  const { flag, actions } = props;
  const { cell, line, message, path } = flag;
  const place = { path, cell, line, end_line: flag.end_line ?? null };
  return (
    <li className="jp-Promote-flag" data-cell={flag.id} data-code={flag.code}>
      <button
        type="button"
        className="jp-Promote-flagText"
        title={sentence(flag.hint)}
        onClick={() => actions.goTo(place)}
      >
        {cell !== null && (
          <span className="jp-Promote-chip" title={placeName(place, path)}>
            {cell + 1}
          </span>
        )}
        <span>
          <Text>{sentence(message)}</Text>
        </span>
      </button>
      <Places flag={flag} actions={actions} />
      {copiesOf(flag).length > 1 && (
        <div className="jp-Promote-places">
          <button type="button" onClick={() => actions.unify(flag)}>
            Make a function…
          </button>
        </div>
      )}
    </li>
  );
}

/** The other places that the flag is about. */
function Places(props: {
  flag: IFlag;
  actions: IFlagActions;
}): React.ReactElement | null {
  const { flag, actions } = props;
  const related = flag.related ?? [];
  return related.length ? (
    <ul className="jp-Promote-places">
      {related.map((place, i) => (
        <li key={i} title={sentence(place.note)}>
          <span>{placeName(place, flag.path)}</span>
          <button type="button" onClick={() => actions.goTo(place)}>
            Go to
          </button>
          {isComparable(flag, place) && (
            <button type="button" onClick={() => actions.compare(flag, place)}>
              Compare
            </button>
          )}
        </li>
      ))}
    </ul>
  ) : null;
}

/** Whether both are lines of code that can stand side by side. */
export function isComparable(flag: IFlag, place: PlaceWire): boolean {
  return flag.line !== null && place.line !== null && place.path !== '';
}
