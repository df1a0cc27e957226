import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface LlmRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: {
    readonly model: string; readonly stream: boolean; readonly max_tokens: number;
    readonly messages: readonly { readonly role: string; readonly content: string }[];
  };
}

export interface LlmServer {
  /** What goes into LLM_URL. */
  readonly url: string;
  readonly requests: LlmRequest[];
  /** Requests whose connection is still open. */
  open(): number;
  stop(): Promise<void>;
}

type Answer = (request: LlmRequest, response: ServerResponse, incoming: IncomingMessage) => void | Promise<void>;

/** A real HTTP server in the place of a model server, which answers as the test says. Its base path is /v1. */
export async function startLlmServer(answer: Answer): Promise<LlmServer> {
  const requests: LlmRequest[] = [];
  let open = 0;
  const server = createServer(async (incoming, response) => {
    open += 1;
    response.once('close', () => { open -= 1; });
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const request = { path: incoming.url ?? '', authorization: incoming.headers.authorization, body: JSON.parse(Buffer.concat(pieces).toString()) as LlmRequest['body'] };
    requests.push(request);
    await answer(request, response, incoming);
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => { server.close(resolve); });
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, requests, open: () => open, stop };
}

/** As `startLlmServer`, until the end of the test. */
export async function useLlmServer(answer: Answer): Promise<LlmServer> {
  const server = await startLlmServer(answer);
  onTestFinished(() => server.stop());
  return server;
}

/** The events of a chat completion that says this, word by word. */
export function eventsOf(text: string, finish = 'stop'): string[] {
  const said = (text.match(/\S+\s*/g) ?? []).map((content) => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }));
  const frames = [{ choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] }, ...said, { choices: [{ index: 0, delta: {}, finish_reason: finish }] }];
  return [...frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`), 'data: [DONE]\n\n'];
}

export function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
}

/** Says it at once. */
export function say(response: ServerResponse, text: string): void {
  begin(response);
  response.end(eventsOf(text).join(''));
}
