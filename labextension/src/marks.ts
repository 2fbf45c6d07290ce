// The flags of a cell in its editor: underlined, with a mark in the gutter, explained on hover.
import { lintGutter, nextDiagnostic, setDiagnostics } from '@codemirror/lint';
import type { Diagnostic } from '@codemirror/lint';
import { Compartment, StateEffect } from '@codemirror/state';
import { EditorView, closeHoverTooltips, keymap } from '@codemirror/view';
import { IFlag, isLong, rangeOf } from './flags';
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

/** Show exactly these flags; the gutter is there only while there are some. */
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
  const diagnostics = flags.flatMap(flag => {
    const range = rangeOf(source, flag);
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

function diagnosticOf(
  flag: IFlag,
  range: { from: number; to: number },
  rules: Readonly<Record<string, string>>,
  actions: IFlagActions
): Diagnostic {
  return {
    ...range,
    severity: flag.severity,
    message: flag.message,
    markClass: isLong(flag) ? 'jp-Promote-long' : undefined,
    renderMessage: view => {
      const close = (): void => view.dispatch({ effects: closeHoverTooltips });
      return tip(flag, rules[flag.code] ?? '', actions, close);
    }
  };
}
