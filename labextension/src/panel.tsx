// The side panel: the view, fed by the session in front.
import { ReactWidget } from '@jupyterlab/apputils';
import type { Message } from '@lumino/messaging';
import * as React from 'react';
import { promoteIcon } from './icon';
import type { Inspection } from './inspection';
import type { Session } from './model';
import type { Words } from './memory';
import type { Runner } from './runner';
import type { IInspections, IPromotions, IRunners } from './tokens';
import { IActions, PanelView, Tab } from './views/panel';
import type { IRunActions, IRunsProps } from './views/runs';

export const PANEL_ID = 'jupyter-promote';

const TABS: readonly Tab[] = ['plan', 'flags', 'runs'];

export class PromotePanel extends ReactWidget {
  constructor(
    private readonly promotions: IPromotions,
    private readonly inspections: IInspections,
    private readonly runners: IRunners,
    private readonly actions: IActions,
    private readonly runActionsFor: (runner: Runner) => IRunActions,
    private readonly memory: Words
  ) {
    super();
    this.tab = TABS.find(tab => tab === memory.of('tab')) ?? 'plan';
    this.id = PANEL_ID;
    this.addClass('jp-Promote');
    this.title.icon = promoteIcon;
    this.title.caption = 'Promote';
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'Promote');
    promotions.currentChanged.connect(this.onCurrent, this);
    this.onCurrent();
  }

  select(tab: Tab): void {
    this.tab = tab;
    this.memory.keep('tab', tab);
    this.watch(this.isVisible);
    this.update();
  }

  protected onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.watch(true);
  }

  protected onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.watch(false);
  }

  protected onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.watch(this.isVisible);
  }

  protected render(): React.ReactElement {
    const { flags, actions } = this.inspection ?? {};
    return (
      <PanelView
        state={this.session?.state ?? null}
        actions={this.actions}
        inspected={flags && actions ? { flags, actions } : null}
        running={this.running()}
        tab={this.tab}
        onTab={tab => this.select(tab)}
      />
    );
  }

  private running(): IRunsProps | null {
    const { runner, session } = this;
    if (!runner) {
      return null;
    }
    const own = runner.notebook === session?.notebook;
    return {
      runs: runner.state,
      actions: this.runActionsFor(runner),
      origin: own ? '' : runner.name
    };
  }

  private watch(watched: boolean): void {
    this.promotions.watched = watched;
    if (this.runner) {
      this.runner.watched = watched && this.tab === 'runs';
    }
  }

  private onCurrent(): void {
    this.watch(false);
    this.runner?.changed.disconnect(this.update, this);
    this.session?.changed.disconnect(this.update, this);
    this.session = this.promotions.current;
    this.session?.changed.connect(this.update, this);
    this.inspection?.changed.disconnect(this.update, this);
    this.inspection =
      this.session && this.inspections.of(this.session.notebook);
    this.inspection?.changed.connect(this.update, this);
    this.runner = this.session && this.runners.of(this.session.notebook);
    this.runner?.changed.connect(this.update, this);
    this.watch(this.isVisible);
    this.update();
  }

  private inspection: Inspection | null = null;
  private runner: Runner | null = null;
  private session: Session | null = null;
  private tab: Tab;
}
