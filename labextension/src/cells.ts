// Reading and writing the role of a cell in an open notebook; finding a cell, or a test, again.
import type { ICellModel } from '@jupyterlab/cells';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Role, roleOf, tagsIn, withRole } from './tags';
import { lineOf } from './testing';

const LINES_ABOVE = 1;

/** The role that the cell's tags stand for. */
export function roleIn(cell: ICellModel): Role | null {
  return roleOf(tagsIn(cell.getMetadata('tags')));
}

/** Give the cell this role; tags of others stay. */
export function setRole(cell: ICellModel, role: Role | null): void {
  const tags = withRole(tagsIn(cell.getMetadata('tags')), role);
  if (tags.length) {
    cell.setMetadata('tags', tags);
  } else {
    cell.deleteMetadata('tags');
  }
}

/** The names of the groups in a notebook, each once, in its order. */
export function groupsIn(notebook: NotebookPanel): string[] {
  const names = Array.from(notebook.model?.cells ?? [], cell => {
    const role = roleIn(cell);
    return role?.kind === 'promote' ? role.name : '';
  });
  return [...new Set(names.filter(name => name))];
}

/** Make the cell with this id the active one and bring it into view. */
export async function jump(notebook: NotebookPanel, id: string): Promise<void> {
  const { content } = notebook;
  const index = content.widgets.findIndex(cell => cell.model.id === id);
  if (index < 0) {
    return;
  }
  content.deselectAll();
  content.activeCellIndex = index;
  await content.scrollToItem(index, 'smart');
  content.activate();
}

/** Bring a line, counted from 1, of the cell at `index` into view, with the cursor on it. */
export async function jumpToLine(
  notebook: NotebookPanel,
  index: number,
  line: number | null
): Promise<void> {
  const cell = notebook.content.widgets[index];
  if (!cell) {
    return;
  }
  await jump(notebook, cell.model.id);
  await cell.ready;
  if (line !== null && cell.editor) {
    notebook.content.mode = 'edit';
    cell.editor.setCursorPosition({ line: line - 1, column: 0 });
  }
}

/** Editors of JupyterLab take options, though the interface does not tell. */
interface IReveals {
  revealPosition(
    position: CodeEditor.IPosition,
    options?: { block: 'start' }
  ): void;
}

/** Put the cursor on the test and bring it to the top; nothing where there is no such test. */
export function reveal(editor: CodeEditor.IEditor, test: string): void {
  const line = lineOf(editor.model.sharedModel.getSource(), test);
  if (line < 0) {
    return;
  }
  editor.focus();
  editor.setCursorPosition({ line, column: 0 });
  const reveals: IReveals = editor;
  reveals.revealPosition(
    { line: Math.max(line - LINES_ABOVE, 0), column: 0 },
    { block: 'start' }
  );
}
