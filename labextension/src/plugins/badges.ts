import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { roleIn } from '../cells';
import { tagOf } from '../tags';
import { IPromotions } from '../tokens';

const BADGED = 'jp-Promote-badged';

/** A small badge with its role on each tagged cell; the text is drawn by CSS. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_promote:badges',
  description: 'Shows the role of each tagged cell on the cell.',
  autoStart: true,
  requires: [IPromotions],
  activate: (_: JupyterFrontEnd, promotions: IPromotions): void => {
    promotions.opened.connect((_, { notebook }) => {
      void notebook.context.ready.then(() => watch(notebook));
    });
  }
};

function watch(notebook: NotebookPanel): void {
  const badgeAll = (): void => {
    for (const cell of notebook.content.widgets) {
      badge(cell);
    }
  };
  const followed = new WeakSet<Cell>();
  const followAll = (): void => {
    for (const cell of notebook.content.widgets.filter(
      each => !followed.has(each)
    )) {
      followed.add(cell);
      cell.model.metadataChanged.connect(() => badge(cell));
    }
    badgeAll();
  };
  notebook.model?.cells.changed.connect(() => requestAnimationFrame(followAll));
  followAll();
}

function badge(cell: Cell): void {
  if (cell.isDisposed) {
    return;
  }
  const role = roleIn(cell.model);
  cell.toggleClass(BADGED, role !== null);
  if (role) {
    cell.node.dataset.promoteRole = role.kind;
    cell.node.dataset.promoteTag = tagOf(role);
  }
}

export default plugin;
