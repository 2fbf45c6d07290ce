// Keeps one inspection for each open notebook, and its flags in the editors of the cells.
import type { ICellModel } from '@jupyterlab/cells';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IApi } from './api';
import type { Editors } from './editors';
import { ofCell } from './flags';
import { IChoice, Inspection } from './inspection';
import type { IInspections, IPromotions } from './tokens';
import type { IFlagActions } from './views/flags';

export class Inspections implements IInspections {
  constructor(
    promotions: IPromotions,
    private readonly editors: Editors,
    private readonly api: IApi,
    private readonly actionsFor: (notebook: NotebookPanel) => IFlagActions,
    private choice: IChoice
  ) {
    promotions.opened.connect((_, session) => this.add(session.notebook));
    editors.opened.connect((_, model) => this.onEditor(model));
  }

  of(notebook: NotebookPanel): Inspection | null {
    return this.inspections.get(notebook) ?? null;
  }

  /** Follow the settings, for notebooks that are open and those to come. */
  choose(choice: IChoice): void {
    this.choice = choice;
    this.inspections.forEach(each => each.choose(choice));
  }

  private add(notebook: NotebookPanel): void {
    const actions = this.actionsFor(notebook);
    const inspection = new Inspection(notebook, this.api, actions, this.choice);
    this.inspections.set(notebook, inspection);
    inspection.changed.connect(() => this.drawAll(inspection));
    notebook.disposed.connect(() => this.inspections.delete(notebook));
  }

  private drawAll(inspection: Inspection): void {
    for (const cell of inspection.notebook.model?.cells ?? []) {
      void this.draw(inspection, cell);
    }
  }

  private onEditor(model: CodeEditor.IModel): void {
    for (const inspection of this.inspections.values()) {
      for (const cell of inspection.notebook.model?.cells ?? []) {
        if (cell === model) {
          void this.draw(inspection, cell);
        }
      }
    }
  }

  /** The library that draws is loaded with the first flag. */
  private async draw(inspection: Inspection, cell: ICellModel): Promise<void> {
    const isFlagged = ofCell(inspection.flags, cell.id).length > 0;
    if (!this.editors.of(cell).length || !(this.hasDrawn || isFlagged)) {
      return;
    }
    this.hasDrawn = true;
    const { show } = await import('./marks');
    const { flags, actions } = inspection;
    for (const view of this.editors.of(cell)) {
      show(view, ofCell(flags, cell.id), flags.rules, actions);
    }
  }

  private readonly inspections = new Map<NotebookPanel, Inspection>();
  private hasDrawn = false;
}
