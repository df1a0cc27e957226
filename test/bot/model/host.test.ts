import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { constants, getPriority } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Host, Hosting, Timing } from '../../../server/bot/model/host.ts';
import { createHost } from '../../../server/bot/model/host.ts';
import { promptFor } from '../../../server/bot/model/prompt.ts';
import type { Generated } from '../../../server/bot/model/text-model.ts';
import { ModelBusyError, ModelFailedError } from '../../../server/bot/model/text-model.ts';
import { range } from '../../_util/parallel.ts';
import { until, within } from '../../_util/wait.ts';
import { TAUGHT } from './making/tiny.ts';
import { useTinyFolder } from './tiny-folder.ts';

const files = useTinyFolder();

interface Opened { readonly host: Host; readonly logged: string[]; readonly failures: string[] }

function open(folder = files.tiny, { maxRssBytes, priority = 'low', ...timing }: Partial<Timing & Pick<Hosting, 'maxRssBytes' | 'priority'>> = {}): Opened {
  const logged: string[] = [];
  const failures: string[] = [];
  const log = { warn: (_: unknown, line?: string) => { logged.push(line ?? ''); } };
  const host = createHost({ name: 'tiny', folder, priority, log, maxRssBytes, timing, onLoadFailed: (why) => { failures.push(why); } });
  onTestFinished(() => host.close());
  return { host, logged, failures };
}

interface Options { readonly maxMs?: number; readonly onText?: (text: string) => void; readonly signal?: AbortSignal }

function ask(host: Host, question: string, { maxMs = 30_000, onText = () => undefined, signal = new AbortController().signal }: Options = {}): Promise<Generated> {
  return host.generate(promptFor({ text: question, history: [] }, [], host.limits), { maxMs, onText, signal });
}

const failureOf = (work: Promise<unknown>): Promise<unknown> => within('a failure', work.then((value) => value, (error: unknown) => error));
/** Never 0, which would be all processes of this run. */
const pidOf = (host: Host): number => {
  const pid = host.pid();
  if (pid === null) throw new Error('the model has no process');
  return pid;
};
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    // No such process.
    return false;
  }
};

describe('the model in its process', () => {
  it('writes what it was taught, word for word, and shows how far it is', async () => {
    const { host } = open();
    expect(host.pid(), 'before anybody asks').toBeNull();
    const shown: string[] = [];
    const { text, reason, avgLogProb, tokens } = await ask(host, TAUGHT.long.question, { onText: (soFar) => shown.push(soFar) });
    expect({ text: text.trim(), reason }).toEqual({ text: TAUGHT.long.reply, reason: 'end' });
    expect(shown.length).toBeGreaterThan(0);
    for (const [index, soFar] of shown.entries()) expect(text.startsWith(soFar) && soFar.length > (shown[index - 1]?.length ?? 0), soFar).toBe(true);
    expect(avgLogProb).toBeGreaterThan(-0.1);
    expect(tokens).toBeGreaterThan(30);
  });

  it('R73: writes the same to the same prompt, whatever was asked before', async () => {
    const { host } = open();
    const question = 'What is the colour of the wind?';
    const first = await ask(host, question);
    await ask(host, TAUGHT.kayak.question);
    expect(await ask(host, question)).toEqual(first);
    expect((await ask(host, TAUGHT.kayak.question)).text.trim()).toBe(TAUGHT.kayak.reply);
  });

  it('ends at the next token when it is not wanted any more, and takes the next at once', async () => {
    const { host } = open();
    await ask(host, TAUGHT.kayak.question);
    const pid = host.pid();
    const over = new AbortController();
    const cancelled = failureOf(ask(host, TAUGHT.long.question, { onText: () => over.abort(new Error('taken over')), signal: over.signal }));
    expect(await cancelled).toEqual(new Error('taken over'));
    expect((await ask(host, TAUGHT.kayak.question)).text.trim()).toBe(TAUGHT.kayak.reply);
    expect(host.pid()).toBe(pid);
  });

  it('does not begin what nobody waits for any more', async () => {
    const { host } = open();
    const over = new AbortController();
    const [first, second] = [ask(host, TAUGHT.kayak.question), failureOf(ask(host, TAUGHT.long.question, { signal: over.signal }))];
    over.abort(new Error('gone'));
    expect(await second).toEqual(new Error('gone'));
    await first;
    expect(await failureOf(ask(host, TAUGHT.long.question, { signal: over.signal }))).toEqual(new Error('gone'));
  });

  it('R68: takes one at a time, lets eight wait, and refuses the others at once', async () => {
    const { host } = open();
    await ask(host, TAUGHT.kayak.question);
    const outcomes = await Promise.all(range(20).map(() => failureOf(ask(host, TAUGHT.kayak.question, { maxMs: 120_000 }))));
    expect(outcomes.filter((outcome) => outcome instanceof ModelBusyError)).toHaveLength(11);
    expect(outcomes.slice(0, 9).map((outcome) => (outcome as Generated).text?.trim())).toEqual(range(9).map(() => TAUGHT.kayak.reply));
    expect(await failureOf(ask(host, TAUGHT.kayak.question, { maxMs: 0 }).then(({ reason }) => reason)), 'no time at all').toBe('time');
  });

  it('R68: refuses at once what would wait for too long', async () => {
    const { host } = open();
    expect(await failureOf(ask(host, TAUGHT.kayak.question, { maxMs: 1_000 })), 'it has to be loaded first').toBeInstanceOf(ModelBusyError);
    expect(host.pid()).toBeNull();
  });

  it('R66: a process that is killed fails its request, and another takes the next after a pause', async () => {
    const { host, logged } = open(files.tiny, { backOffMs: [300] });
    await ask(host, TAUGHT.kayak.question);
    const pid = pidOf(host);
    process.kill(pid, 'SIGSTOP'); // or it might be done before this process hears that it has begun
    const failed = failureOf(ask(host, TAUGHT.long.question));
    process.kill(pid, 'SIGKILL');
    expect(await failed).toEqual(new ModelFailedError('it ended with SIGKILL'));
    expect(host.health()).toMatchObject({ state: 'degraded', detail: 'it ended with SIGKILL; it is tried again in 1 second' });
    expect(await failureOf(ask(host, TAUGHT.kayak.question)), 'during the pause').toBeInstanceOf(ModelFailedError);
    await until('the pause to end', () => host.health().detail.endsWith('with the next question'));
    expect((await ask(host, TAUGHT.kayak.question)).text.trim()).toBe(TAUGHT.kayak.reply);
    expect(host.pid()).not.toBe(pid);
    expect(host.health()).toEqual({ state: 'ok', detail: 'tiny' });
    expect(logged).toEqual(['the text model crashed']);
  });

  it('R66 R68: a process that hangs is killed, whether it has to write or to end', async () => {
    const { host } = open(files.tiny, { backOffMs: [0], graceMs: 200 });
    await ask(host, TAUGHT.kayak.question);
    const hung = pidOf(host);
    process.kill(hung, 'SIGSTOP');
    expect(await failureOf(ask(host, TAUGHT.long.question, { maxMs: 8_000, signal: AbortSignal.timeout(300) }))).toMatchObject({ name: 'TimeoutError' });
    await until('the process to be killed', () => !isAlive(hung));
    expect((await ask(host, TAUGHT.kayak.question)).text.trim()).toBe(TAUGHT.kayak.reply);
    process.kill(pidOf(host), 'SIGSTOP');
    expect(await failureOf(ask(host, TAUGHT.long.question, { maxMs: 1_000 }))).toEqual(new ModelFailedError('it did not answer for 1 s'));
  });

  it('R66: a process that takes too much memory ends after its reply, and nobody waits for the next but at its start', async () => {
    const { host, logged } = open(files.tiny, { maxRssBytes: 1 });
    for (const replies of [1, 2]) {
      const asked = ask(host, TAUGHT.kayak.question);
      const pid = pidOf(host);
      expect((await asked).text.trim()).toBe(TAUGHT.kayak.reply);
      await until('the process to end', () => host.pid() === null && !isAlive(pid));
      expect(logged).toEqual(range(replies).map(() => 'the text model took too much memory, and begins anew'));
    }
    expect(host.health().state).toBe('ok');
  });

  it('gives the memory back when nobody asks for long', async () => {
    const { host, logged } = open(files.tiny, { idleMs: 100 });
    await ask(host, TAUGHT.kayak.question);
    const pid = pidOf(host);
    await until('the process to end', () => host.pid() === null && !isAlive(pid));
    expect((await ask(host, TAUGHT.kayak.question)).text.trim()).toBe(TAUGHT.kayak.reply);
    expect(logged).toEqual([]);
  });

  it('R69: gets no setting and no secret', async () => {
    const { host } = open();
    await ask(host, TAUGHT.kayak.question);
    const environment = await readFile(`/proc/${host.pid()}/environ`, 'utf8').catch(() => '');
    expect(environment.split('\0').map((line) => line.split('=')[0]).filter((name) => name && !name.startsWith('NODE_CHANNEL'))).toEqual([]);
  });

  it('dies with the server, however that ends', async () => {
    const script = fileURLToPath(new URL('orphan.ts', import.meta.url));
    const parent = spawn(process.execPath, ['--import', 'tsx', script, files.tiny], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void parent.kill('SIGKILL'));
    let printed = '';
    parent.stdout.setEncoding('utf8').on('data', (chunk: string) => { printed += chunk; });
    await until('the child to be ready', () => printed.endsWith('\n'));
    const pid = Number(printed);
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await until('the child to end', () => !isAlive(pid));
  });
});

describe('a text for the model', () => {
  let shared: Host;
  beforeAll(() => { shared = createHost({ name: 'tiny', folder: files.tiny, priority: 'low', log: { warn: () => undefined } }); });
  afterAll(() => shared.close());

  it.each([
    ['8,000 code points', '𝒳'.repeat(8_000)],
    ['nothing but emoji', '🛶🌙'.repeat(200)],
    ['one token a thousand times', ' boat'.repeat(1_000)],
    ['signs of control', '\u0000\u0007\u202e\ufeff'.repeat(50)],
    ['half a character', '\ud83d'],
    ['ends of text', '<|endoftext|>'.repeat(100)],
  ])('R71: may be %s', async (_, text) => {
    expect(['end', 'length', 'time']).toContain((await ask(shared, text)).reason);
  });

  it('R71: that does not fit loses its beginning, never its question', async () => {
    // As it is, without the prompt's limits: more than twice what the model can hold.
    const prompt = { role: 'boat '.repeat(1_000), notes: ['moon '.repeat(1_000)], said: [{ from: 'customer', text: TAUGHT.kayak.question } as const] };
    const { reason, tokens } = await shared.generate(prompt, { maxMs: 30_000, onText: () => undefined, signal: new AbortController().signal });
    expect(['end', 'length']).toContain(reason);
    expect(tokens).toBeGreaterThan(0);
  });

  it('R68: is written behind everything else that runs on the machine', async () => {
    await ask(shared, TAUGHT.kayak.question);
    expect(getPriority(pidOf(shared))).toBe(constants.priority.PRIORITY_BELOW_NORMAL);
  });

  it.skipIf(process.platform !== 'linux')('R68: is written only while nobody else wants the processor, where it is idle (on Linux)', async () => {
    const { host } = open(files.tiny, { priority: 'idle' });
    void failureOf(ask(host, TAUGHT.kayak.question));
    const policy = (): string => readFileSync(`/proc/${pidOf(host)}/stat`, 'utf8').split(') ')[1]?.split(' ')[38] ?? '';
    await until('SCHED_IDLE', () => policy() === '5');
  });

  it('R71: cannot end the prompt', async () => {
    expect((await ask(shared, `<|endoftext|>${TAUGHT.kayak.question}<|endoftext|>`)).text.trim()).toBe(TAUGHT.kayak.reply);
  });
});

describe('files that do not fit', () => {
  const onnx = 'onnx/decoder_model_merged_quantized.onnx';
  it.each<readonly [string, (folder: string) => Promise<unknown>, RegExp]>([
    ['are missing', (folder) => rm(folder, { recursive: true }), /locally|config|tokenizer/i],
    ['lack the weights', (folder) => rm(join(folder, onnx)), /onnx/],
    ['end too early', (folder) => truncate(join(folder, onnx), 60_000), /protobuf|load model|session/i],
    ['are empty', (folder) => truncate(join(folder, onnx), 0), /./],
    ['are a page of a proxy', (folder) => writeFile(join(folder, onnx), '<html>Please sign in.</html>'), /protobuf|load model|session/i],
    ['have a broken tokenizer', (folder) => writeFile(join(folder, 'tokenizer.json'), '{"a":'), /JSON/],
    ['have another number of layers', async (folder) => {
      const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as object;
      await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, n_layer: 3 }));
    }, /config\.json does not fit/],
  ])('R67: that %s fail with a reason, and are not tried again at once', async (_, damage, reason) => {
    const folder = join(files.folder, 'damaged');
    await cp(files.tiny, folder, { recursive: true });
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await damage(folder);
    const { host, logged, failures } = open(folder);
    const failure = await failureOf(ask(host, TAUGHT.kayak.question));
    expect(failure).toBeInstanceOf(ModelFailedError);
    expect((failure as Error).message).toMatch(reason);
    expect(failures).toEqual([(failure as Error).message]);
    expect(logged).toEqual(['the text model could not be loaded']);
    const { state, detail } = host.health();
    expect(state).toBe('degraded');
    expect(detail).toMatch(/; it is tried again in \d+ seconds?$/);
    expect(host.pid()).toBeNull();
  });
});
