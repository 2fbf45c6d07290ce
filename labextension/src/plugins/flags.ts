import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  EditorExtensionRegistry,
  IEditorExtensionRegistry
} from '@jupyterlab/codemirror';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ServerApi } from '../api';
import { Editors } from '../editors';
import { actionsFor } from '../flagactions';
import { IChoice } from '../inspection';
import { Inspections } from '../inspections';
import { IInspections, IPromotions } from '../tokens';

const ID = 'jupyter_promote:flags';
const DEFAULT: IChoice = { on: true, quietMs: 300, ignore: [] };

/** Flags what the checks find in the cells of each open notebook. */
const plugin: JupyterFrontEndPlugin<IInspections> = {
  id: ID,
  description: 'Flags what the checks find, in the editors of the cells.',
  autoStart: true,
  provides: IInspections,
  requires: [IPromotions, IEditorExtensionRegistry],
  optional: [ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    promotions: IPromotions,
    registry: IEditorExtensionRegistry,
    settings: ISettingRegistry | null
  ): IInspections => {
    const editors = new Editors();
    registry.addExtension({
      name: ID,
      factory: ({ model }) =>
        EditorExtensionRegistry.createImmutableExtension(
          editors.extension(model)
        )
    });
    const api = new ServerApi(app.serviceManager.serverSettings);
    const inspections = new Inspections(
      promotions,
      editors,
      api,
      notebook => actionsFor(app, api, notebook),
      DEFAULT
    );
    void settings?.load(ID).then(loaded => {
      const read = (): void => inspections.choose(choiceOf(loaded));
      loaded.changed.connect(read);
      read();
    });
    return inspections;
  }
};

function choiceOf(settings: ISettingRegistry.ISettings): IChoice {
  const { on, quietMs, ignore } = settings.composite;
  return {
    on: on !== false,
    quietMs: Number(quietMs) || DEFAULT.quietMs,
    ignore: Array.isArray(ignore) ? ignore.map(String) : []
  };
}

export default plugin;
