import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { ofCell } from '../flags';
import { roleIn } from '../cells';
import type { Inspection } from '../inspection';
import { tagOf } from '../tags';
import { IInspections, IPromotions, commands } from '../tokens';
import { Marks } from '../badges';

/** Small badges on each cell: its role, and how many flags it has. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_promote:badges',
  description: 'Shows the role of each tagged cell on the cell, and its flags.',
  autoStart: true,
  requires: [IPromotions, IInspections],
  activate: (
    app: JupyterFrontEnd,
    promotions: IPromotions,
    inspections: IInspections
  ): void => {
    const open = (): void => void app.commands.execute(commands.flags);
    promotions.opened.connect((_, { notebook }) => {
      const inspection = inspections.of(notebook);
      void notebook.context.ready.then(() => watch(notebook, inspection, open));
    });
  }
};

function watch(
  notebook: NotebookPanel,
  inspection: Inspection | null,
  open: () => void
): void {
  const marks = new WeakMap<Cell, Marks>();
  const draw = (cell: Cell): void => {
    if (cell.isDisposed) {
      return;
    }
    const role = roleIn(cell.model);
    const flags = inspection ? ofCell(inspection.flags, cell.model.id) : [];
    cell.node.dataset.promoteTag = role ? tagOf(role) : '';
    marks.get(cell)?.show(role, flags);
  };
  const drawAll = (): void => {
    for (const cell of notebook.content.widgets) {
      if (!marks.has(cell)) {
        marks.set(cell, new Marks(cell.node, open));
        cell.model.metadataChanged.connect(() => draw(cell));
      }
      draw(cell);
    }
  };
  notebook.model?.cells.changed.connect(() => requestAnimationFrame(drawAll));
  inspection?.changed.connect(drawAll);
  drawAll();
}

export default plugin;
