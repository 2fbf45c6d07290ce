import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { promoteIcon } from '../icon';
import { PANEL_ID } from '../panel';
import { mayWrite } from '../state';
import { IPromotions, commands } from '../tokens';

/** Promote (opens the panel) and Write; the toolbar and the menus name them in schema/. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_promote:commands',
  description: 'The commands, the toolbar button and the menu entries.',
  autoStart: true,
  requires: [IPromotions],
  optional: [ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    promotions: IPromotions,
    palette: ICommandPalette | null
  ): void => {
    app.commands.addCommand(commands.open, {
      label: args => (args.toolbar ? 'Promote' : 'Promote Notebook…'),
      caption:
        'Show what can be promoted from this notebook to a module with tests',
      icon: promoteIcon,
      describedBy: {
        args: { type: 'object', properties: { toolbar: { type: 'boolean' } } }
      },
      isEnabled: () => promotions.current !== null,
      execute: () => app.shell.activateById(PANEL_ID)
    });
    app.commands.addCommand(commands.write, {
      label: 'Write Promoted Files',
      caption: 'Prove and write what the Promote panel shows',
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () =>
        promotions.current !== null && mayWrite(promotions.current.state),
      execute: () => promotions.current?.write()
    });
    promotions.currentChanged.connect(() =>
      app.commands.notifyCommandChanged()
    );
    const { open, flags, runs, preview, write, tag } = commands;
    for (const command of [open, flags, runs, preview, write, tag]) {
      palette?.addItem({ command, category: 'Promote' });
    }
  }
};

export default plugin;
