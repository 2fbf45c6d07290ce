// Two copies of some code side by side, with what differs between them.
import type { Extension } from '@codemirror/state';
import { Widget } from '@lumino/widgets';
import type { ICopy } from './copies';
import type { IShown } from './merging';

/** The copies, each below its title; the editors are loaded when they are first needed. */
export class Comparison extends Widget {
  constructor(
    private readonly sides: readonly [ICopy, ICopy],
    private readonly language: Promise<Extension>
  ) {
    super();
    this.addClass('jp-Promote-comparison');
    const head = document.createElement('header');
    head.append(...sides.map(side => titled(side.title)));
    this.node.append(head, this.body);
    this.body.className = 'jp-Promote-comparisonBody';
    void this.draw();
  }

  dispose(): void {
    this.view?.destroy();
    super.dispose();
  }

  private async draw(): Promise<void> {
    const [{ compared }, language] = await Promise.all([
      import('./merging'),
      this.language
    ]);
    if (!this.isDisposed) {
      this.view = compared(this.body, this.sides, language);
    }
  }

  private readonly body = document.createElement('div');
  private view: IShown | null = null;
}

function titled(title: string): HTMLElement {
  const made = document.createElement('h2');
  made.textContent = title;
  made.title = title;
  return made;
}
