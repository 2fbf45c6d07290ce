// Which editor shows which cell. Cells out of view have none, and get theirs as they scroll in.
import { ViewPlugin } from '@codemirror/view';
import type { EditorView } from '@codemirror/view';
import type { Extension } from '@codemirror/state';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import { ISignal, Signal } from '@lumino/signaling';

/** The editors that are on the page, by the model that they show. */
export class Editors {
  /** Emits a model when an editor for it has been made. */
  get opened(): ISignal<Editors, CodeEditor.IModel> {
    return this.openings;
  }

  of(model: CodeEditor.IModel): readonly EditorView[] {
    return [...(this.views.get(model) ?? [])];
  }

  /** What makes an editor of this model known. */
  extension(model: CodeEditor.IModel): Extension {
    return ViewPlugin.define(view => {
      const views = this.views.get(model) ?? new Set();
      this.views.set(model, views.add(view));
      // An editor can't be changed while it is made.
      queueMicrotask(() => this.openings.emit(model));
      return { destroy: () => void views.delete(view) };
    });
  }

  private readonly openings = new Signal<Editors, CodeEditor.IModel>(this);
  private readonly views = new WeakMap<CodeEditor.IModel, Set<EditorView>>();
}
