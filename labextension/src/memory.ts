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

/** Remembers one word for each notebook, as long as the browser's tab is open. */
export class Words {
  constructor(
    private readonly storage: Storage,
    private readonly about: string
  ) {}

  of(name: string): string {
    try {
      return this.storage.getItem(`${PREFIX}${this.about}:${name}`) ?? '';
    } catch {
      return '';
    }
  }

  keep(name: string, word: string): void {
    try {
      this.storage.setItem(`${PREFIX}${this.about}:${name}`, word);
    } catch {
      // Full, or switched off: then a reload forgets.
    }
  }
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
