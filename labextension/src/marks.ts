// The flags of a cell in its editor: underlined, with a mark in the gutter, explained on hover.
import {
  forEachDiagnostic,
  lintGutter,
  nextDiagnostic,
  setDiagnostics
} from '@codemirror/lint';
import type { Diagnostic } from '@codemirror/lint';
import { Compartment, Extension, StateEffect } from '@codemirror/state';
import { EditorView, closeHoverTooltips, keymap } from '@codemirror/view';
import { IFlag, IRange, isLong, rangeOf } from './flags';
import { tip } from './tip';
import type { IFlagActions } from './views/flags';

const FLAGGED = 'jp-Promote-marked';
const gutter = new Compartment();
const hovering = { hoverTime: 200 };
// F8 goes to the next flag of the cell and explains it.
const marked: Extension = [
  lintGutter(hovering),
  EditorView.editorAttributes.of({ class: FLAGGED }),
  keymap.of([{ key: 'F8', run: nextDiagnostic }])
];

const NONE: Extension = [];

interface IMark extends Diagnostic {
  flag: IFlag;
}

/** Show exactly these flags; the gutter is there only while there are some. */
export function show(
  view: EditorView,
  flags: readonly IFlag[],
  rules: Readonly<Record<string, string>>,
  actions: IFlagActions
): void {
  const known = shown(view);
  const source = view.state.doc.toString();
  const marks = flags.flatMap(flag => {
    const range = placed(flag, known, source);
    return range ? [markOf(flag, range, rules, actions)] : [];
  });
  const same = marks.every(({ flag, from, to }) => {
    const last = known.get(flag);
    return last && last.from === from && last.to === to;
  });
  if (same && marks.length === known.size) {
    return;
  }
  const installed = gutter.get(view.state);
  const wanted = marks.length ? marked : NONE;
  if (installed === undefined) {
    const effects = StateEffect.appendConfig.of(gutter.of(wanted));
    view.dispatch({ effects });
  } else if (installed !== wanted) {
    view.dispatch({ effects: gutter.reconfigure(wanted) });
  }
  view.dispatch(setDiagnostics(view.state, marks));
}

/** Copies are searched more rarely: until then theirs move with the text. */
function placed(
  flag: IFlag,
  known: ReadonlyMap<IFlag, IRange>,
  source: string
): IRange | null {
  const last = flag.about === 'copies' ? known.get(flag) : undefined;
  return last ?? rangeOf(source, flag);
}

function shown(view: EditorView): Map<IFlag, IRange> {
  const found = new Map<IFlag, IRange>();
  forEachDiagnostic(view.state, (mark, from, to) => {
    found.set((mark as IMark).flag, { from, to });
  });
  return found;
}

function markOf(
  flag: IFlag,
  range: IRange,
  rules: Readonly<Record<string, string>>,
  actions: IFlagActions
): IMark {
  return {
    ...range,
    flag,
    severity: flag.severity,
    message: flag.message,
    markClass: isLong(flag) ? 'jp-Promote-long' : undefined,
    renderMessage: view => {
      const close = (): void => view.dispatch({ effects: closeHoverTooltips });
      return tip(flag, rules[flag.code] ?? '', actions, close);
    }
  };
}
