import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ServerApi } from '../api';
import { Words } from '../memory';
import { Runners } from '../runners';
import { IPromotions, IRunners } from '../tokens';

/** Runs and sweeps of each open notebook. */
const plugin: JupyterFrontEndPlugin<IRunners> = {
  id: 'jupyter_promote:runs',
  description: 'Runs each open notebook with parameters.',
  autoStart: true,
  provides: IRunners,
  requires: [IPromotions],
  activate: (app: JupyterFrontEnd, promotions: IPromotions): IRunners => {
    const api = new ServerApi(app.serviceManager.serverSettings);
    const jobs = new Words(window.sessionStorage, 'job');
    return new Runners(promotions, api, jobs);
  }
};

export default plugin;
