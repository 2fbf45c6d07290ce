import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import type { Cell } from '@jupyterlab/cells';
import { INotebookTracker, Notebook } from '@jupyterlab/notebook';
import * as React from 'react';
import { groupsIn, roleIn, setRole } from '../cells';
import { commands } from '../tokens';
import { IChosen, TagForm } from '../views/tagform';

/** A dialog that writes the tag of the active cell; core's Cell Tags form shows the same tags. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_promote:tagging',
  description: 'Tag a cell for promotion.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (app: JupyterFrontEnd, tracker: INotebookTracker): void => {
    app.commands.addCommand(commands.tag, {
      label: 'Tag for Promotion…',
      caption: 'Choose what this cell becomes when the notebook is promoted',
      describedBy: {
        args: { type: 'object', properties: { clicked: { type: 'boolean' } } }
      },
      isEnabled: args =>
        args.clicked === true || tracker.activeCell?.model.type === 'code',
      execute: args => {
        if (args.clicked) {
          activateClicked(app, tracker);
        }
        return ask(tracker);
      }
    });
    tracker.activeCellChanged.connect(() =>
      app.commands.notifyCommandChanged(commands.tag)
    );
  }
};

/** A right click leaves the active cell alone; the menu's entry means the cell below the mouse. */
function activateClicked(
  app: JupyterFrontEnd,
  tracker: INotebookTracker
): void {
  const node = app.contextMenuHitTest(each =>
    each.classList.contains('jp-CodeCell')
  );
  const notebook = tracker.currentWidget?.content;
  const index = notebook?.widgets.findIndex(cell => cell.node === node) ?? -1;
  if (notebook && index >= 0) {
    notebook.activeCellIndex = index;
  }
}

/** Only code can be promoted: from a text cell, go on to the code cell below it. */
function activateCode(notebook: Notebook): void {
  const isCode = (cell: Cell): boolean => cell.model.type === 'code';
  const { widgets, activeCellIndex } = notebook;
  const below = widgets.findIndex(
    (cell, i) => i >= activeCellIndex && isCode(cell)
  );
  const index = below >= 0 ? below : widgets.findIndex(isCode);
  if (index >= 0) {
    notebook.activeCellIndex = index;
  }
}

async function ask(tracker: INotebookTracker): Promise<void> {
  const { currentWidget } = tracker;
  if (currentWidget) {
    activateCode(currentWidget.content);
  }
  const activeCell = tracker.activeCell;
  if (!currentWidget || activeCell?.model.type !== 'code') {
    return;
  }
  const role = roleIn(activeCell.model);
  let latest: IChosen = { role, problem: '' };
  const form = ReactWidget.create(
    <TagForm
      role={role}
      names={groupsIn(currentWidget)}
      onChange={now => (latest = now)}
    />
  );
  const number = currentWidget.content.activeCellIndex + 1;
  const result = await showDialog({
    title: `What is cell ${number} for?`,
    body: form,
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: 'Tag cell' })]
  });
  if (result.button.accept && !latest.problem) {
    setRole(activeCell.model, latest.role);
  }
}

export default plugin;
