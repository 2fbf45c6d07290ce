import { parse, problemWith, roleOf, tagOf, tagsIn, withRole } from '../tags';

describe('the role of a tag', () => {
  it.each([
    ['promote', { kind: 'promote', name: '' }],
    ['promote:clean', { kind: 'promote', name: 'clean' }],
    ['test', { kind: 'test', name: '' }],
    ['test:sums', { kind: 'test', name: 'sums' }],
    ['parameters', { kind: 'parameters' }],
    ['skip', { kind: 'skip' }],
    ['results', { kind: 'results' }]
  ])('%s is understood and written back', (tag, role) => {
    expect(parse(tag)).toEqual(role);
    expect(tagOf(parse(tag)!)).toBe(tag);
  });

  it.each([
    'promoted',
    'Promote',
    'parameters:x',
    'skip:1',
    'noqa',
    'remove-cell',
    '',
    ':'
  ])('%j belongs to somebody else', tag => expect(parse(tag)).toBeNull());

  it('is the first of ours', () => {
    expect(roleOf(['slow', 'skip', 'promote:a'])).toEqual({ kind: 'skip' });
    expect(roleOf(['slow'])).toBeNull();
  });
});

describe('tagging a cell', () => {
  it('keeps the tags of others and replaces every role of ours', () => {
    const tags = ['slow', 'promote:a', 'skip', 'noqa:JP101'];
    expect(withRole(tags, { kind: 'promote', name: 'b' })).toEqual([
      'slow',
      'noqa:JP101',
      'promote:b'
    ]);
    expect(withRole(tags, null)).toEqual(['slow', 'noqa:JP101']);
  });

  it('changes nothing when done twice', () => {
    const once = withRole(['x'], { kind: 'test', name: '' });
    expect(withRole(once, { kind: 'test', name: '' })).toEqual(once);
  });

  it.each([undefined, null, 'promote', 3, { promote: true }])(
    'reads no tags from %j',
    value => expect(tagsIn(value)).toEqual([])
  );

  it('reads only strings', () =>
    expect(tagsIn(['a', 1, null, 'b'])).toEqual(['a', 'b']));
});

describe('the name of a function', () => {
  it.each(['clean', '_clean', 'größe', 'x2', 'a'.repeat(79)])(
    'may be %s',
    name => expect(problemWith(name)).toBe('')
  );

  it.each([
    '',
    '2x',
    'a b',
    'a-b',
    'class',
    'None',
    '__init__',
    '_',
    '__',
    'a'.repeat(80)
  ])('may not be %j', name => expect(problemWith(name)).not.toBe(''));
});
