// The flags of a cell in its editor: underlined, with a mark in the gutter, explained on hover.
import {
  forEachDiagnostic,
  lintGutter,
  nextDiagnostic,
  setDiagnostics
} from '@codemirror/lint';
import type { Diagnostic } from '@codemirror/lint';
import { Compartment, StateEffect } from '@codemirror/state';
import { EditorView, closeHoverTooltips, keymap } from '@codemirror/view';
import { IFlag, IRange, isLong, rangeOf } from './flags';
import { tip } from './tip';
import type { IFlagActions } from './views/flags';

const FLAGGED = 'jp-Promote-marked';
const gutter = new Compartment();
const hovering = { hoverTime: 200 };
// F8 goes to the next flag of the cell and explains it.
const marked = [
  lintGutter(hovering),
  EditorView.editorAttributes.of({ class: FLAGGED }),
  keymap.of([{ key: 'F8', run: nextDiagnostic }])
];

interface IMark extends Diagnostic {
  flag: IFlag;
}

/**
 * Show exactly these flags; those that are shown already have moved with the text. The gutter is
 * there only while there are some.
 */
export function show(
  view: EditorView,
  flags: readonly IFlag[],
  rules: Readonly<Record<string, string>>,
  actions: IFlagActions
): void {
  const installed = gutter.get(view.state) !== undefined;
  if (!flags.length && !installed) {
    return;
  }
  const source = view.state.doc.toString();
  const known = shown(view);
  const diagnostics = flags.flatMap(flag => {
    const range = known.get(flag) ?? rangeOf(source, flag);
    return range ? [diagnosticOf(flag, range, rules, actions)] : [];
  });
  const extension = diagnostics.length ? marked : [];
  view.dispatch({
    effects: installed
      ? gutter.reconfigure(extension)
      : StateEffect.appendConfig.of(gutter.of(extension))
  });
  view.dispatch(setDiagnostics(view.state, diagnostics));
}

function shown(view: EditorView): Map<IFlag, IRange> {
  const found = new Map<IFlag, IRange>();
  forEachDiagnostic(view.state, (mark, from, to) => {
    found.set((mark as IMark).flag, { from, to });
  });
  return found;
}

function diagnosticOf(
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
