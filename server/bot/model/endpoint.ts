import type { IncomingMessage } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Config } from '../../config.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { createBreaker } from './breaker.ts';
import { asChat } from './prompt.ts';
import type { ModelSlot } from './slot.ts';
import { readEvents } from './sse.ts';
import type { Asked, Generated, ModelLimits, TextModel } from './text-model.ts';
import { ModelBusyError, ModelFailedError } from './text-model.ts';

const CONNECT_MS = 2_000;
const MAX_AT_ONCE = 64;
const SHOWN_EVERY_MS = 100;
/** Of an answer as it comes over the wire: some hundred bytes for each token. */
const MAX_BYTES = 256 * 1024;

const LIMITS: ModelLimits = {
  maxTokens: 200, maxReplyChars: 1_000, isEnglishOnly: false, maxNotes: 3, maxNoteChars: 900, maxLines: 8, maxLineChars: 1_000,
};

const event = z.object({
  choices: z.array(z.object({ delta: z.object({ content: z.string().nullish() }).optional(), finish_reason: z.string().nullish() })).optional(),
});

/** A server that speaks POST /chat/completions as OpenAI does, in the place of the local model: Ollama, llama.cpp, vLLM and others. */
export function createEndpoint(llm: NonNullable<Config['llm']>, log: Pick<Logger, 'warn'>): ModelSlot {
  const { host } = new URL(llm.url);
  const breaker = createBreaker();
  let running = 0;

  async function generate(...[prompt, { maxMs, onText, signal }]: Parameters<TextModel['generate']>): Promise<Generated> {
    signal.throwIfAborted();
    if (running >= MAX_AT_ONCE) throw new ModelBusyError();
    const refusal = breaker.refusal();
    if (refusal !== null) throw new ModelFailedError(refusal);
    const late = AbortSignal.timeout(maxMs);
    running += 1;
    try {
      const body = JSON.stringify({ model: llm.model, messages: asChat(prompt), stream: true, max_tokens: LIMITS.maxTokens, temperature: 0.2 });
      const generated = await read(await post(llm, body, AbortSignal.any([signal, late])), onText);
      breaker.worked();
      return generated;
    } catch (error) {
      // Whoever is not waited for any more has not failed.
      if (signal.aborted) throw signal.reason;
      const why = late.aborted ? `it took longer than ${Math.round(maxMs / 1000)} s` : wordsOf(error);
      breaker.failed(why);
      log.warn({ host, why }, 'the text model could not be asked');
      throw new ModelFailedError(why);
    } finally {
      running -= 1;
    }
  }

  const name = `${llm.model} at ${host}`;
  const health: TextModel['health'] = () => {
    const failure = breaker.lastFailure();
    return failure === null ? { state: 'ok', detail: name } : { state: 'degraded', detail: `${name}: ${failure}` };
  };
  const model: TextModel = { name, limits: LIMITS, generate, health, close: async () => undefined };
  return {
    start: async () => undefined,
    current: async () => model,
    status() {
      const { state, detail } = health();
      const isOk = state === 'ok';
      return { name, state: isOk ? 'ready' : 'failed', progress: null, canFetch: false, detail: isOk ? `text model ${detail}` : `the text model does not work: ${detail}` };
    },
    fetch() {
      throw new InvalidInputError('model', 'LLM_URL names a server that has the model.');
    },
    close: model.close,
  };
}

/** Settles when the answer begins. Aborting the signal closes the connection: there is no other way to make such a server stop. */
function post({ url, key }: NonNullable<Config['llm']>, body: string, signal: AbortSignal): Promise<IncomingMessage> {
  const target = new URL(`${url.replace(/\/+$/, '')}/chat/completions`);
  return new Promise((resolve, reject) => {
    const sending = (target.protocol === 'https:' ? requestHttps : requestHttp)(target, {
      method: 'POST', agent: false, signal,
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...(key !== null && { authorization: `Bearer ${key}` }) },
    });
    const timer = setTimeout(() => sending.destroy(new ModelFailedError('it cannot be reached')), CONNECT_MS);
    const connected = (): void => clearTimeout(timer);
    sending.once('socket', (socket) => socket.once(target.protocol === 'https:' ? 'secureConnect' : 'connect', connected));
    sending.once('close', connected);
    sending.once('error', reject);
    sending.once('response', (response) => {
      const type = response.headers['content-type'] ?? '';
      if (response.statusCode === 200 && type.startsWith('text/event-stream')) return resolve(response);
      response.destroy();
      reject(new ModelFailedError(response.statusCode === 200 ? 'it does not stream' : `it answered ${response.statusCode}`));
    });
    sending.end(body);
  });
}

async function read(response: IncomingMessage, onText: Asked['onText']): Promise<Generated> {
  let [text, tokens, shownAt] = ['', 0, -Infinity];
  let reason: string | null = null;
  for await (const data of readEvents(bounded(response))) {
    if (data === '[DONE]') {
      reason ??= 'stop';
      break;
    }
    const [choice] = event.parse(JSON.parse(data)).choices ?? [];
    reason = choice?.finish_reason ?? reason;
    const piece = choice?.delta?.content ?? '';
    if (piece === '') continue;
    text += piece;
    tokens += 1;
    // What comes after is of no use, and the connection closes.
    if (text.length > 2 * LIMITS.maxReplyChars) return { text, reason: 'length', avgLogProb: null, tokens };
    if (performance.now() - shownAt < SHOWN_EVERY_MS) continue;
    shownAt = performance.now();
    onText(text);
  }
  if (reason === null) throw new ModelFailedError('its answer broke off');
  return { text, reason: reason === 'length' ? 'length' : 'end', avgLogProb: null, tokens };
}

/** Leaving the loop, however, destroys the response and with it the connection. */
async function* bounded(response: IncomingMessage): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new ModelFailedError('its answer is too long');
    yield chunk;
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof ModelFailedError) return error.message;
  if (error instanceof z.ZodError || error instanceof SyntaxError) return 'its answer makes no sense';
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'it failed';
}
