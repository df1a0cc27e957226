import { beforeAll, describe, expect, it } from 'vitest';
import { useApp } from '../_util/app.ts';
import { openEvents, post } from '../_util/wire.ts';
import type { Call, Door } from '../_util/graphql-client.ts';
import { httpCall, openSocket } from '../_util/graphql-client.ts';
import type { Followed } from '../_util/minicom.ts';
import { enterAsCustomer, FOLLOW, newSend, readHistory, readSnapshot, send } from '../_util/minicom.ts';

const app = useApp();
let alice: Door;
beforeAll(async () => { alice = await enterAsCustomer(app.url, 'alice'); });

const ZALGO = `Z${'\u0351\u036f\u0489'.repeat(50)}`;
const CONTROLS = String.fromCharCode(...Array.from({ length: 31 }, (_, index) => index + 1), 127);

const KEPT = [
  ['one letter', 'a'],
  ['8,000 letters', 'x'.repeat(8_000)],
  ['8,000 emoji, 32,000 bytes', '🦊'.repeat(8_000)],
  ['a family and flags', '👩‍👩‍👧‍👦 🇩🇪 🏳️‍🌈'],
  ['right to left override', '\u202Eevil.exe\u202C مرحبا'],
  ['zalgo', ZALGO],
  ['CR, LF and tab', 'one\r\ntwo\n\r\tthree\u2028four\u2029'],
  ['all control characters but NUL', `controls ${CONTROLS}`],
  ['NFC and NFD, which stay apart', '\u00e9 e\u0301'],
  ['blanks around', '  \u00a0x\u3000  '],
  ['a byte order mark', '\uFEFFx'],
  ['noncharacters', 'x\uFFFE\uFFFF\u{10FFFF}'],
  ['markup', '<img src=x onerror=alert(1)>{{7*7}}"\'\\ </script>'],
] as const;

const REFUSED = [
  ['nothing', '', /blank/],
  ['blanks alone', ' \t\r\n\u00a0\u2003\uFEFF', /blank/],
  ['8,001 letters', 'x'.repeat(8_001), /8000|8,000/],
  ['8,192 emoji, 32 KiB exactly', '🦊'.repeat(8_192), /8000|8,000/],
  ['32 KiB and a byte', '€'.repeat(7_990) + '🦊'.repeat(2_200), /32 KiB/],
  ['NUL', 'a\0b', /U\+0000/],
  ['a lone high surrogate', 'a\ud800b', /surrogate/],
  ['a lone low surrogate', 'a\udc00', /surrogate/],
] as const;

describe('what people type', () => {
  describe.each([
    ['HTTP', () => Promise.resolve({ call: httpCall(alice), close: () => undefined })],
    ['WebSocket', () => openSocket(alice)],
  ])('over %s', (_, open) => {
    it.each(KEPT)('R20 comes back code point for code point: %s', async (_name, text) => {
      const { call, close } = await open();
      const sent = await send(call, newSend('alice', text));
      expect(sent).toMatchObject({ __typename: 'SendMessagePayload', message: { text } });
      const { messages } = await readSnapshot(call, 'alice');
      expect(messages.at(-1)?.text).toBe(text);
      close();
    });

    it.each(REFUSED)('R20 is refused, and the limit named: %s', async (_name, text, reason) => {
      const { call, close } = await open();
      const before = await countOf(call);
      expect(await send(call, newSend('alice', text))).toMatchObject({ __typename: 'InvalidInputError', reason: expect.stringMatching(reason) });
      expect(await countOf(call)).toBe(before);
      close();
    });
  });

  it('R20 reaches followers over WebSocket and server-sent events code point for code point', async () => {
    const socket = await openSocket(alice);
    const { cursor: after } = await readSnapshot(socket.call, 'alice');
    const stream = socket.subscribe<Followed>(FOLLOW, { customerId: 'alice', after });
    const events = await openEvents(app.url, { query: FOLLOW, variables: { customerId: 'alice', after } }, { authorization: `Bearer ${alice.token}` });
    for (const [, text] of KEPT) await send(socket.call, newSend('alice', text));
    const expected = KEPT.map(([, text]) => text);

    const overSocket: string[] = [];
    while (overSocket.length < expected.length) {
      const event = (await stream.next())?.data?.conversationEvents;
      if (event && 'message' in event) overSocket.push(event.message.text);
    }
    expect(overSocket).toEqual(expected);

    const overEvents: string[] = [];
    while (overEvents.length < expected.length) {
      const { data } = await events.next() as { data: Followed };
      if ('message' in data.conversationEvents) overEvents.push(data.conversationEvents.message.text);
    }
    expect(overEvents).toEqual(expected);
    socket.close();
  });

  it('R20 refuses a word of 1 MB before reading it: HTTP 413, WebSocket 1009', async () => {
    const input = newSend('alice', 'x'.repeat(1_000_000));
    expect(await post(app.url, { query: 'mutation', variables: { input } }, { authorization: `Bearer ${alice.token}` })).toMatchObject({ status: 413 });
    const socket = await openSocket(alice);
    await expect(send(socket.call, input)).rejects.toMatchObject({ code: 1009 });
  });
});

async function countOf(call: Call): Promise<number> {
  return (await readHistory(call, 'alice')).length;
}
