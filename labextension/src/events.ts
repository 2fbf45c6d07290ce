// What a server sends as it happens: server-sent events, read from the body of an answer.

const BREAK = '\n\n';
const DATA = 'data: ';

/** The data of each event, as it comes. */
export async function* eventsIn(
  body: ReadableStream<Uint8Array>
): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      text += decoder.decode(value, { stream: true });
      const blocks = text.split(BREAK);
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        if (block.startsWith(DATA)) {
          yield block.slice(DATA.length);
        }
      }
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}
