// The badges at the lower edge of a cell.
import { IFlag, worst } from './flags';
import { Role, tagOf } from './tags';
import { count } from './words';

/** The badges of one cell, inside its node. */
export class Marks {
  constructor(
    parent: HTMLElement,
    private readonly onFlags: () => void
  ) {
    this.node.className = 'jp-Promote-marks';
    parent.append(this.node);
  }

  /** Show the role and the number of flags; nothing where there is neither. */
  show(role: Role | null, flags: readonly IFlag[]): void {
    const print = [role ? tagOf(role) : '', ...flags.map(({ key }) => key)];
    if (print.join('\n') === this.print) {
      return;
    }
    this.print = print.join('\n');
    this.node.replaceChildren(
      ...(flags.length ? [this.flagBadge(flags)] : []),
      ...(role ? [roleBadge(role)] : [])
    );
  }

  private flagBadge(flags: readonly IFlag[]): HTMLElement {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = 'jp-Promote-badge jp-Promote-flagBadge';
    made.dataset.severity = worst(flags);
    made.textContent = String(flags.length);
    made.title = flags
      .map(({ code, message }) => `${code} ${message}`)
      .join('\n');
    made.setAttribute('aria-label', count(flags.length, 'flag'));
    made.addEventListener('click', this.onFlags);
    return made;
  }

  private print = '';
  private readonly node = document.createElement('div');
}

function roleBadge(role: Role): HTMLElement {
  const made = document.createElement('span');
  made.className = 'jp-Promote-badge jp-Promote-role';
  made.dataset.role = role.kind;
  made.textContent = tagOf(role);
  return made;
}
