import { eventsIn } from '../events';

async function told(...pieces: string[]): Promise<string[]> {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start: controller => {
      pieces.forEach(piece => controller.enqueue(encoder.encode(piece)));
      controller.close();
    }
  });
  const found: string[] = [];
  for await (const text of eventsIn(body)) {
    found.push(text);
  }
  return found;
}

it.each([
  ['one event', ['data: {"a": 1}\n\n'], ['{"a": 1}']],
  ['several at once', ['data: 1\n\ndata: 2\n\n'], ['1', '2']],
  ['one in pieces', ['da', 'ta: 1', '\n', '\ndata: 2\n\n'], ['1', '2']],
  ['no comments', [': still here\n\ndata: 1\n\n'], ['1']],
  ['none that is cut off', ['data: 1\n\ndata: 2'], ['1']]
])('reads %s', async (_, pieces, expected) => {
  expect(await told(...pieces)).toEqual(expected);
});
