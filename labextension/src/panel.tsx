// The side panel: the view, fed by the session in front.
import { ReactWidget } from '@jupyterlab/apputils';
import type { Message } from '@lumino/messaging';
import * as React from 'react';
import { promoteIcon } from './icon';
import type { Session } from './model';
import type { IPromotions } from './tokens';
import { IActions, PanelView } from './views/panel';

export const PANEL_ID = 'jupyter-promote';

export class PromotePanel extends ReactWidget {
  constructor(
    private readonly promotions: IPromotions,
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
    return (
      <PanelView state={this.session?.state ?? null} actions={this.actions} />
    );
  }

  private onCurrent(): void {
    this.session?.changed.disconnect(this.update, this);
    this.session = this.promotions.current;
    this.session?.changed.connect(this.update, this);
    this.update();
  }

  private session: Session | null = null;
}
