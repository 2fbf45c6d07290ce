// What the plugins share.
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { Inspection } from './inspection';
import type { Session } from './model';
import type { Runner } from './runner';

/** The sessions of all open notebooks, and the one in front. */
export interface IPromotions {
  readonly current: Session | null;
  readonly currentChanged: ISignal<IPromotions, Session | null>;
  /** Emits for each session as its notebook is opened. */
  readonly opened: ISignal<IPromotions, Session>;
  /** Whether the plan is on screen, and so worth keeping up to date. */
  watched: boolean;
}

export const IPromotions = new Token<IPromotions>(
  'jupyter_promote:IPromotions',
  'What would be promoted from each open notebook.'
);

/** The flags of all open notebooks. */
export interface IInspections {
  of(notebook: Session['notebook']): Inspection | null;
}

export const IInspections = new Token<IInspections>(
  'jupyter_promote:IInspections',
  'What the checks say about each open notebook.'
);

/** The runners of all open notebooks. */
export interface IRunners {
  of(notebook: Session['notebook']): Runner | null;
}

export const IRunners = new Token<IRunners>(
  'jupyter_promote:IRunners',
  'Runs each open notebook with parameters.'
);

export const commands = {
  open: 'promote:open',
  preview: 'promote:preview',
  write: 'promote:write',
  tag: 'promote:tag-cell',
  flags: 'promote:flags',
  runs: 'promote:runs',
  compare: 'promote:compare-copies',
  unify: 'promote:unify-copies'
} as const;
