// One function in place of copies: what it would change, and doing it.
import type { Extension } from '@codemirror/state';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Widget } from '@lumino/widgets';
import type { IShown } from './merging';
import { cellNames, count } from './words';
import type { UnifiedWire } from './wire';

/** Every cell that would change, with a button that changes them. */
export class Unification extends Widget {
  constructor(
    private readonly found: UnifiedWire,
    private readonly language: Promise<Extension>,
    onApply: () => void
  ) {
    super();
    this.addClass('jp-Promote-comparison');
    this.addClass('jp-Promote-unification');
    this.node.append(head(found, onApply), this.body);
    this.body.className = 'jp-Promote-comparisonBody';
    void this.draw();
  }

  dispose(): void {
    this.views.forEach(view => view.destroy());
    super.dispose();
  }

  private async draw(): Promise<void> {
    const [{ changed }, language] = await Promise.all([
      import('./merging'),
      this.language
    ]);
    if (this.isDisposed) {
      return;
    }
    const { source, above, cells } = this.found;
    const show = (
      title: string,
      before: string | null,
      after: string
    ): void => {
      const heading = document.createElement('h2');
      heading.textContent = title;
      this.body.append(heading);
      this.views.push(changed(this.body, before, after, language));
    };
    show(`New cell above cell ${above + 1}`, null, source);
    for (const { cell, before, after } of cells) {
      show(`Cell ${cell + 1}`, before, after);
    }
  }

  private readonly body = document.createElement('div');
  private readonly views: IShown[] = [];
}

/**
 * Put the function and its calls into the notebook, as one step that can be undone.
 * False, and nothing is changed, where a cell is no longer what it was.
 */
export function applied(notebook: NotebookPanel, found: UnifiedWire): boolean {
  const shared = notebook.model?.sharedModel;
  if (!shared) {
    return false;
  }
  const at = (id: string): number =>
    shared.cells.findIndex(each => each.getId() === id);
  const same = found.cells.every(
    ({ id, before }) => shared.cells[at(id)]?.getSource() === before
  );
  const index = found.after ? at(found.after) + 1 : 0;
  if (!same || (found.after && !index)) {
    return false;
  }
  shared.transact(() => {
    for (const { id, after } of found.cells) {
      shared.cells[at(id)].setSource(after);
    }
    shared.insertCell(index, {
      cell_type: 'code',
      id: found.new_id,
      source: found.source,
      metadata: {},
      outputs: [],
      execution_count: null
    });
  });
  return true;
}

function head(found: UnifiedWire, onApply: () => void): HTMLElement {
  const made = document.createElement('header');
  const text = document.createElement('div');
  const signature = document.createElement('code');
  signature.textContent = found.signature;
  const cells = [...new Set(found.copies.map(copy => copy.cell))];
  const what = document.createElement('p');
  what.textContent =
    `${count(found.copies.length, 'copy', 'copies')} in ` +
    `${cellNames(cells).toLowerCase()} become calls of this function.`;
  text.append(signature, what);
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'jp-Promote-button jp-mod-accept';
  button.textContent = 'Apply to notebook';
  button.addEventListener('click', onApply);
  made.append(text, button);
  return made;
}
