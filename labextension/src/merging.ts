// Editors that show code and what differs; in a file of its own, as the library is loaded for them.
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, Extension } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { jupyterTheme } from '@jupyterlab/codemirror';
import type { ICopy } from './copies';

/** What can be taken off the page. */
export interface IShown {
  destroy(): void;
}

/** Put two copies side by side into `parent`. */
export function compared(
  parent: HTMLElement,
  sides: readonly [ICopy, ICopy],
  language: Extension
): IShown {
  const [a, b] = sides.map(({ text, first }) => ({
    doc: text,
    extensions: [reading(language), numbered(first)]
  }));
  return new MergeView({ a, b, parent, gutter: true });
}

/** Put the text of a cell into `parent`, with what it changes of `before`; null for a new cell. */
export function changed(
  parent: HTMLElement,
  before: string | null,
  after: string,
  language: Extension
): IShown {
  const difference =
    before === null
      ? []
      : unifiedMergeView({
          original: before,
          mergeControls: false,
          highlightChanges: false
        });
  const extensions = [reading(language), numbered(1), difference];
  return new EditorView({ doc: after, extensions, parent });
}

function reading(language: Extension): Extension {
  return [
    jupyterTheme,
    language,
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.lineWrapping
  ];
}

function numbered(first: number): Extension {
  return lineNumbers({ formatNumber: line => String(line + first - 1) });
}
