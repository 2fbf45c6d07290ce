import { TabMemory } from '../memory';

/** Keeps texts as a browser does, until it is full. */
class FakeStorage implements Partial<Storage> {
  readonly texts = new Map<string, string>();
  full = false;

  getItem(key: string): string | null {
    return this.texts.get(key) ?? null;
  }

  setItem(key: string, text: string): void {
    if (this.full) {
      throw new Error('quota exceeded');
    }
    this.texts.set(key, text);
  }

  removeItem(key: string): void {
    this.texts.delete(key);
  }
}

const kept = { print: '[]', writing: 'a', testing: '' };

function memory(): [TabMemory, FakeStorage] {
  const storage = new FakeStorage();
  return [new TabMemory(storage as unknown as Storage), storage];
}

it('remembers the jobs of each notebook', () => {
  const [tab, storage] = memory();
  tab.keep('a.ipynb', kept);
  const reloaded = new TabMemory(storage as unknown as Storage);
  expect(reloaded.of('a.ipynb')).toEqual(kept);
  expect(reloaded.of('b.ipynb')).toBeNull();
  reloaded.keep('a.ipynb', null);
  expect(tab.of('a.ipynb')).toBeNull();
});

it('forgets rather than fails', () => {
  const [tab, storage] = memory();
  storage.full = true;
  tab.keep('a.ipynb', kept);
  expect(tab.of('a.ipynb')).toBeNull();
  storage.texts.set('jupyter_promote:a.ipynb', '{');
  expect(tab.of('a.ipynb')).toBeNull();
});
