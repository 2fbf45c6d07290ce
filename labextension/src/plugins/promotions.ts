import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ServerApi } from '../api';
import { TabMemory } from '../memory';
import { Promotions } from '../promotions';
import { IPromotions } from '../tokens';

const ID = 'jupyter_promote:promotions';
const QUIET_MS = 400;

/** What would be promoted from each open notebook. */
const plugin: JupyterFrontEndPlugin<IPromotions> = {
  id: ID,
  description: 'Knows what would be promoted from each open notebook.',
  autoStart: true,
  provides: IPromotions,
  requires: [INotebookTracker],
  optional: [ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    settings: ISettingRegistry | null
  ): IPromotions => {
    let quietMs = QUIET_MS;
    void settings?.load(ID).then(loaded => {
      const read = (): void => {
        quietMs = Number(loaded.get('quietMs').composite) || QUIET_MS;
      };
      loaded.changed.connect(read);
      read();
    });
    const api = new ServerApi(app.serviceManager.serverSettings);
    const memory = new TabMemory(window.sessionStorage);
    return new Promotions(tracker, api, memory, () => quietMs);
  }
};

export default plugin;
