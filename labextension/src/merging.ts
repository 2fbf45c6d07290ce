// The editors of a comparison; a file of its own because the library is loaded only for them.
import { MergeView } from '@codemirror/merge';
import { EditorState, Extension } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { jupyterTheme } from '@jupyterlab/codemirror';
import type { ICopy } from './copies';

/** Put the two sides into `parent`. */
export function compared(
  parent: HTMLElement,
  [a, b]: readonly [ICopy, ICopy],
  language: Extension
): MergeView {
  const side = ({
    text,
    first
  }: ICopy): { doc: string; extensions: Extension } => ({
    doc: text,
    extensions: [
      jupyterTheme,
      language,
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.lineWrapping,
      lineNumbers({ formatNumber: line => String(line + first - 1) })
    ]
  });
  return new MergeView({ a: side(a), b: side(b), parent, gutter: true });
}
