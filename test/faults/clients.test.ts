import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { httpCall } from '../_util/graphql-client.ts';
import { enterAsAgent, enterAsCustomer, newSend, readHistory, send } from '../_util/minicom.ts';
import { SERVER, startServer, withDataDir } from '../_util/server-process.ts';
import { until } from '../_util/wait.ts';

/** The documented clients, run as a reader would run them. */
const CLIENTS: Readonly<Record<string, readonly string[]>> = {
  curl: ['sh', 'docs/examples/curl.sh'],
  'graphql-ws': [process.execPath, 'docs/examples/graphql-ws.mjs'],
  'apollo-client': [process.execPath, 'docs/examples/apollo-client.mjs'],
  urql: [process.execPath, 'docs/examples/urql.mjs'],
  'sse-fetch': [process.execPath, 'docs/examples/sse-fetch.mjs'],
  polling: [process.execPath, 'docs/examples/polling.mjs'],
};

describe('the clients in docs/examples', () => {
  it('R96 each sends once, follows, and holds the whole conversation after the server was killed and started again', async () => {
    await withDataDir(async (dataDir) => {
      let server = await startServer({ command: SERVER, dataDir });
      const running = Object.entries(CLIENTS).map(([name, command]) => startClient(name, command, server.url));
      try {
        for (const { name, printed, stderr } of running) {
          await until(`${name} to show what it sent; it said: ${stderr()}`, () => printed().some((line) => line.endsWith(`: from ${name}`)), 60_000);
        }
        await server.kill();
        server = await startServer({ command: SERVER, dataDir, env: { PORT: new URL(server.url).port } });

        const agent = httpCall(await enterAsAgent(server.url, 'ana'));
        for (const { name, printed, stderr } of running) {
          expect(await send(agent, newSend(name, `Hello ${name}`))).toMatchObject({ __typename: 'SendMessagePayload' });
          await until(`${name} to show the answer; it said: ${stderr()}`, () => printed().some((line) => line.endsWith(`: Hello ${name}`)), 60_000);
          const history = await readHistory(httpCall(await enterAsCustomer(server.url, name)), name);
          expect(printed(), name).toEqual(history.map(({ seq, sender, text }) => `${seq} ${sender.__typename}: ${text}`));
        }
      } finally {
        await Promise.all(running.map(({ end }) => end()));
        await server.kill();
      }
    });
  });
});

interface Running {
  readonly name: string;
  readonly printed: () => string[];
  readonly stderr: () => string;
  readonly end: () => Promise<void>;
}

/** In a process group of its own, so that what a script started ends with it. */
function startClient(name: string, [program = '', ...args]: readonly string[], url: string): Running {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], BASE: url, EVERY_MS: '100' };
  const child: ChildProcess = spawn(program, [...args, name, `from ${name}`], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => { stdout += chunk; });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => { stderr = (stderr + chunk).slice(-2_000); });
  const ended = once(child, 'close');
  return {
    name,
    printed: () => stdout.split('\n').slice(0, -1),
    stderr: () => stderr,
    async end() {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
      await ended;
    },
  };
}
