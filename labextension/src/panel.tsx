// The side panel: the view, fed by the session in front.
import { ReactWidget } from '@jupyterlab/apputils';
import type { Message } from '@lumino/messaging';
import * as React from 'react';
import { promoteIcon } from './icon';
import type { Inspection } from './inspection';
import type { Session } from './model';
import type { IInspections, IPromotions } from './tokens';
import { IActions, PanelView, Tab } from './views/panel';

export const PANEL_ID = 'jupyter-promote';

export class PromotePanel extends ReactWidget {
  constructor(
    private readonly promotions: IPromotions,
    private readonly inspections: IInspections,
    private readonly actions: IActions
  ) {
    super();
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
    this.update();
  }

  protected onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.promotions.watched = true;
  }

  protected onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.promotions.watched = false;
  }

  protected onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.promotions.watched = this.isVisible;
  }

  protected render(): React.ReactElement {
    const { flags, actions } = this.inspection ?? {};
    return (
      <PanelView
        state={this.session?.state ?? null}
        actions={this.actions}
        inspected={flags && actions ? { flags, actions } : null}
        tab={this.tab}
        onTab={tab => this.select(tab)}
      />
    );
  }

  private onCurrent(): void {
    this.session?.changed.disconnect(this.update, this);
    this.session = this.promotions.current;
    this.session?.changed.connect(this.update, this);
    this.inspection?.changed.disconnect(this.update, this);
    this.inspection =
      this.session && this.inspections.of(this.session.notebook);
    this.inspection?.changed.connect(this.update, this);
    this.update();
  }

  private inspection: Inspection | null = null;
  private session: Session | null = null;
  private tab: Tab = 'plan';
}
