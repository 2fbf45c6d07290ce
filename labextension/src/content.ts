// What of an open notebook is sent to be looked at.
import type { ICellModel, ICodeCellModel } from '@jupyterlab/cells';
import type { INotebookModel } from '@jupyterlab/notebook';
import { tagsIn } from './tags';

/** A notebook of nbformat 4. */
export interface IContent {
  nbformat: number;
  nbformat_minor: number;
  metadata: object;
  cells: { id: string }[];
}

/** The notebook without its outputs, which say nothing about the code and may be large. */
export function contentOf(model: INotebookModel): IContent {
  const cells = Array.from(model.cells, cell => {
    const tags = tagsIn(cell.getMetadata('tags'));
    const own = {
      id: cell.id,
      cell_type: cell.type,
      source: cell.sharedModel.getSource(),
      metadata: tags.length ? { tags } : {}
    };
    return isCode(cell)
      ? { ...own, execution_count: cell.executionCount, outputs: [] }
      : own;
  });
  const { nbformat, nbformatMinor, metadata } = model;
  return { nbformat, nbformat_minor: nbformatMinor, metadata, cells };
}

function isCode(cell: ICellModel): cell is ICodeCellModel {
  return cell.type === 'code';
}
