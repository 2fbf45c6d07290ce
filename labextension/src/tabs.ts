// A tab below the notebook; a dialog in Notebook 7, which has no tabs.
import type { ILabShell, JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, MainAreaWidget } from '@jupyterlab/apputils';
import type { Widget } from '@lumino/widgets';
import { promoteIcon } from './icon';

/** Shows one thing at a time: the next takes the place of the last. */
export class Tab {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly labShell: ILabShell | null,
    private readonly id: string
  ) {}

  show(content: Widget, title: string, below: string): void {
    this.close();
    if (!this.labShell) {
      content.addClass('jp-Promote-over');
      const buttons = [Dialog.okButton({ label: 'Close' })];
      const dialog = new Dialog({ title, body: content, buttons });
      this.shown = dialog;
      dialog.launch().catch(() => undefined); // closed by what is in it
      return;
    }
    const tab = new MainAreaWidget({ content });
    tab.id = this.id;
    tab.title.icon = promoteIcon;
    tab.title.label = title;
    tab.toolbar.hide();
    this.app.shell.add(tab, 'main', { ref: below, mode: 'split-bottom' });
    this.app.shell.activateById(this.id);
    this.shown = tab;
  }

  close(): void {
    this.shown?.dispose();
    this.shown = null;
  }

  private shown: Widget | null = null;
}
