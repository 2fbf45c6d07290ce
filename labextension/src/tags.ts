// What the tags of a cell ask for. The words are those of jupyter_promote/source/tags.py.

export type Role =
  | { kind: 'promote'; name: string }
  | { kind: 'test'; name: string }
  | { kind: 'parameters' }
  | { kind: 'skip' }
  | { kind: 'results' };

export type Kind = Role['kind'];

const KINDS: readonly Kind[] = [
  'promote',
  'test',
  'parameters',
  'skip',
  'results'
];
const NAMED: readonly Kind[] = ['promote', 'test'];
const MAX_NAME = 79;
const KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except ' +
    'finally for from global if import in is lambda nonlocal not or pass raise return try ' +
    'while with yield'
  ).split(' ')
);

/** The role that one tag stands for; null for a tag of somebody else. */
export function parse(tag: string): Role | null {
  const colon = tag.indexOf(':');
  const word = (colon < 0 ? tag : tag.slice(0, colon)) as Kind;
  if (!KINDS.includes(word) || (colon >= 0 && !NAMED.includes(word))) {
    return null;
  }
  if (word === 'promote' || word === 'test') {
    return { kind: word, name: colon < 0 ? '' : tag.slice(colon + 1) };
  }
  return { kind: word };
}

/** The first role among the tags of a cell. */
export function roleOf(tags: readonly string[]): Role | null {
  for (const tag of tags) {
    const role = parse(tag);
    if (role) {
      return role;
    }
  }
  return null;
}

/** The tag that is written for a role; also the text of its badge. */
export function tagOf(role: Role): string {
  return 'name' in role && role.name ? `${role.kind}:${role.name}` : role.kind;
}

/** `tags` with every role of ours replaced by `role`; tags of others stay where they are. */
export function withRole(tags: readonly string[], role: Role | null): string[] {
  const others = tags.filter(tag => !parse(tag));
  return role ? [...others, tagOf(role)] : others;
}

/** Why `name` can't be the name of a function; '' when it can. */
export function problemWith(name: string): string {
  const plain = name.normalize('NFKC');
  if (!/^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(plain)) {
    return 'Use letters, digits and underscores, for example clean_orders.';
  }
  if (KEYWORDS.has(plain)) {
    return `${plain} is a word of the Python language.`;
  }
  if (plain.startsWith('__') || /^_+$/.test(plain)) {
    return 'Names of this form are reserved by Python.';
  }
  return plain.length > MAX_NAME ? `Use at most ${MAX_NAME} letters.` : '';
}

/** The tags in a cell's metadata, whatever else may stand there. */
export function tagsIn(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter(tag => typeof tag === 'string')
    : [];
}
