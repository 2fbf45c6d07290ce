// The copies that a flag tells of: their text, wherever it stands.
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import { Place, placeName } from './words';

/** Some lines of a cell or file; the first of them is number `first`. */
export interface ICopy {
  title: string;
  text: string;
  first: number;
}

/** The lines of `text` from the one-based `line` to `end_line`; all where there is no `line`. */
export function linesOf(
  text: string,
  line: number | null,
  end_line: number | null
): string {
  return line === null
    ? text
    : text
        .split('\n')
        .slice(line - 1, end_line ?? line)
        .join('\n');
}

/** What stands at a place, on screen in `notebook` or saved in another file. */
export async function copyAt(
  place: Place,
  notebook: NotebookPanel,
  contents: Contents.IManager
): Promise<ICopy> {
  const here = notebook.context.localPath;
  const text =
    place.path === here && place.cell !== null
      ? (notebook.model?.cells.get(place.cell)?.sharedModel.getSource() ?? '')
      : await saved(place, contents);
  return {
    title: placeName(place, here),
    text: linesOf(text, place.line, place.end_line),
    first: place.line ?? 1
  };
}

async function saved(
  { path, cell }: Place,
  contents: Contents.IManager
): Promise<string> {
  if (cell === null) {
    const { content } = await contents.get(path, {
      content: true,
      type: 'file',
      format: 'text'
    });
    return String(content);
  }
  const { content } = await contents.get(path, {
    content: true,
    type: 'notebook'
  });
  const source: unknown = content?.cells?.[cell]?.source;
  return Array.isArray(source) ? source.join('') : String(source ?? '');
}
