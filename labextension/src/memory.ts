// What a reload of the page must not make us forget: the jobs of each notebook.

/** The jobs of a notebook, and the cells (`print`) that they were started with. */
export interface IKept {
  print: string;
  writing: string;
  testing: string;
}

/** Remembers for as long as the browser's tab is open. */
export interface IMemory {
  of(path: string): IKept | null;
  keep(path: string, kept: IKept | null): void;
}

const PREFIX = 'jupyter_promote:';

export class TabMemory implements IMemory {
  constructor(private readonly storage: Storage) {}

  of(path: string): IKept | null {
    try {
      const text = this.storage.getItem(PREFIX + path);
      return text ? (JSON.parse(text) as IKept) : null;
    } catch {
      return null;
    }
  }

  keep(path: string, kept: IKept | null): void {
    try {
      if (kept) {
        this.storage.setItem(PREFIX + path, JSON.stringify(kept));
      } else {
        this.storage.removeItem(PREFIX + path);
      }
    } catch {
      // Full, or switched off: then a reload forgets.
    }
  }
}
