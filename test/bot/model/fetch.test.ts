import { mkdirSync, rmSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FILES, findDamaged, findFault, MANIFEST, MODEL, placeOf } from '../../../server/bot/model/files.ts';
import type { Place } from '../../../server/bot/model/files.ts';
import { FetchError, fetchModel } from '../../../server/bot/model/fetch-model.ts';
import { createLocalModel } from '../../../server/bot/model/local-model.ts';
import type { Local } from '../../../server/bot/model/local-model.ts';
import { promptFor } from '../../../server/bot/model/prompt.ts';
import type { ModelSlot } from '../../../server/bot/model/slot.ts';
import { InvalidInputError } from '../../../server/domain/errors.ts';
import { until } from '../../_util/wait.ts';
import type { Mischief } from './hub.ts';
import { useHub } from './hub.ts';
import { TAUGHT } from './making/tiny.ts';
import { useTinyFolder } from './tiny-folder.ts';

const files = useTinyFolder();
const ONNX = 'onnx/decoder_model_merged_quantized.onnx';

async function newPlace(): Promise<Place> {
  const dataDir = await mkdtemp(join(tmpdir(), 'minicom-fetch-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  return placeOf({ dataDir, modelDir: null });
}

function fetchTo(place: Place, hub: string, signal = new AbortController().signal): Promise<void> {
  return fetchModel({ hub, place, onProgress: () => undefined, signal });
}

const failureOf = (work: Promise<unknown>): Promise<unknown> => work.then((value) => value, (error: unknown) => error);
const filesIn = async (folder: string): Promise<string[]> => (await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []))
  .filter((entry) => entry.isFile()).map(({ name }) => name).sort();

describe('fetching the text model', () => {
  it('brings every file, whole, and says how far it is', async () => {
    const hub = await useHub(files.tiny);
    const place = await newPlace();
    const told: number[] = [];
    await fetchModel({ hub: hub.url, place, onProgress: (done, total) => told.push(done / total), signal: new AbortController().signal });
    for (const name of FILES) expect((await readFile(join(place.folder, name))).equals(await readFile(join(files.tiny, name))), name).toBe(true);
    expect([told[0], told.at(-1)]).toEqual([0, 1]);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(await findFault(place)).toBeNull();
    expect(await findDamaged(place)).toEqual([]);
  });

  it('again brings nothing but what is missing or damaged', async () => {
    const hub = await useHub(files.tiny);
    const place = await newPlace();
    await fetchTo(place, hub.url);
    await rm(join(place.folder, 'config.json'));
    await writeFile(join(place.folder, ONNX), (await readFile(join(files.tiny, ONNX))).fill(7, 1_000, 1_100));
    expect(await findDamaged(place)).toEqual(['config.json', ONNX]);
    hub.asked.length = 0;
    await fetchTo(place, hub.url);
    expect(hub.asked.filter((line) => line.startsWith('GET')).sort()).toEqual(['GET config.json', `GET ${ONNX}`]);
    expect(await findDamaged(place)).toEqual([]);
  });

  it.each<readonly [string, RegExp, Mischief]>([
    ['refuses', /answered 403$/, (_, response) => { response.writeHead(403).end(); return true; }],
    ['sends around in circles', /from one address to the next$/, (request, response) => { response.writeHead(302, { location: request.url }).end(); return true; }],
    ['sends to a file', /sends elsewhere/, (_, response) => { response.writeHead(302, { location: 'file:///etc/passwd' }).end(); return true; }],
    ['does not say how large a file is', /does not say how large/, (request, response) => { response.writeHead(200); response.end(request.method === 'HEAD' ? undefined : 'x'); return true; }],
    ['says that a file is enormous', /too much$/, (_, response) => { response.writeHead(200, { 'content-length': 2 ** 40 }).end(); return true; }],
    ['cuts a file', /cannot be reached|did not arrive/, (request, response, name) => {
      if (request.method === 'HEAD' || !request.url?.startsWith('/storage/')) return false;
      response.writeHead(200, { 'content-length': 100_000 });
      response.write(name, () => response.destroy());
      return true;
    }],
    ['hands out another file', /did not arrive as the hub has it$/, (request, response) => {
      if (request.method === 'HEAD' || !request.url?.startsWith('/storage/')) return false;
      response.end('<html>Please sign in.</html>');
      return true;
    }],
    ['hands out a larger file', /larger than was said$/, (request, response, name) => {
      if (request.method === 'HEAD' || name !== 'config.json') return false;
      response.end('x'.repeat(10_000));
      return true;
    }],
  ])('R67: from a hub that %s fails with a reason, after two tries at most, and leaves nothing by halves', async (_, reason, mischief) => {
    const hub = await useHub(files.tiny, mischief);
    const place = await newPlace();
    const failure = await failureOf(fetchTo(place, hub.url));
    expect(failure).toBeInstanceOf(FetchError);
    expect((failure as Error).message).toMatch(reason);
    expect(hub.asked.filter((line) => line === `GET ${ONNX}`).length).toBeLessThanOrEqual(2);
    expect((await filesIn(place.folder)).filter((name) => name === MANIFEST || name.includes('.part'))).toEqual([]);
    expect(await findFault(place)).toMatch(/^it is not in /);
  });

  it('R67: that failed halfway goes on where it was', async () => {
    let isBroken = true;
    const hub = await useHub(files.tiny, (request, response) => {
      if (!isBroken || request.method === 'HEAD' || !request.url?.startsWith('/storage/')) return false;
      response.writeHead(500).end();
      return true;
    });
    const place = await newPlace();
    expect(await failureOf(fetchTo(place, hub.url))).toEqual(new FetchError(`${hub.url} answered 500`));
    isBroken = false;
    hub.asked.length = 0;
    await fetchTo(place, hub.url);
    expect(hub.asked.filter((line) => line.startsWith('GET'))).toEqual([`GET ${ONNX}`]);
  });

  it('R67: without a network says which address it looked for', async () => {
    const failure = await failureOf(fetchTo(await newPlace(), 'http://127.0.0.1:1'));
    expect(failure).toMatchObject({ name: 'FetchError', message: expect.stringMatching(/^http:\/\/127\.0\.0\.1:1 cannot be reached/) });
  });

  it('ends when it is told to, and leaves nothing by halves', async () => {
    const over = new AbortController();
    const hub = await useHub(files.tiny, (request, response, name) => {
      if (request.method === 'HEAD' || name !== 'tokenizer.json') return false;
      response.writeHead(200, { 'content-length': 1_000_000 });
      response.write('{', () => over.abort(new Error('stop')));
      return true;
    });
    const place = await newPlace();
    expect(await failureOf(fetchTo(place, hub.url, over.signal))).toEqual(new Error('stop'));
    expect((await filesIn(place.folder)).filter((name) => name.includes('.part'))).toEqual([]);
  });
});

describe('the text model of a server', () => {
  interface Opened { readonly slot: ModelSlot; readonly logged: string[] }
  function open(place: Place, hub: string, more: Partial<Local> = {}): Opened {
    const logged: string[] = [];
    const keep = (_: unknown, line?: string): void => { logged.push(line ?? ''); };
    const slot = createLocalModel({ place, priority: 'low', hub, isOffline: false, log: { info: keep, warn: keep }, timing: { backOffMs: [0] }, ...more });
    onTestFinished(() => slot.close());
    return { slot, logged };
  }

  async function ask(slot: ModelSlot): Promise<string> {
    const model = await slot.current();
    if (!model) return 'there is no model';
    const prompt = promptFor({ text: TAUGHT.kayak.question, history: [] }, [], model.limits);
    return model.generate(prompt, { maxMs: 30_000, onText: () => undefined, signal: new AbortController().signal }).then(({ text }) => text.trim(), String);
  }

  it('comes in the background of a demo, once, and answers then', async () => {
    const hub = await useHub(files.tiny);
    const place = await newPlace();
    const { slot, logged } = open(place, hub.url);
    const started = slot.start(true);
    await until('it to be on its way', () => slot.status().state === 'fetching');
    expect(slot.status().detail).toMatch(/^the text model is being fetched/);
    await started;
    expect(slot.status()).toEqual({ name: MODEL, state: 'ready', progress: null, canFetch: false, detail: `text model ${MODEL}` });
    expect(logged.at(-1)).toMatch(/^the text model: 100 % of \d MB$/);
    expect(await ask(slot)).toBe(TAUGHT.kayak.reply);
    hub.asked.length = 0;
    const again = open(place, hub.url);
    await again.slot.start(true);
    expect([again.slot.status().state, hub.asked, again.logged]).toEqual(['ready', [], []]);
  });

  it('R67: is not fetched in production by a start or a question, but when an admin says so', async () => {
    const hub = await useHub(files.tiny);
    const { slot } = open(await newPlace(), hub.url);
    await slot.start(false);
    expect(await ask(slot)).toBe('there is no model');
    expect(hub.asked).toEqual([]);
    expect(slot.status()).toMatchObject({ state: 'missing', detail: expect.stringMatching(/^no text model: it is not in .*; npm run minicom -- model fetch$/) });
    slot.fetch();
    slot.fetch();
    await until('it to be there', () => slot.status().state === 'ready');
    expect(hub.asked).toHaveLength(2 * FILES.length);
    expect(await ask(slot)).toBe(TAUGHT.kayak.reply);
  });

  it('R67: cannot be had without a network: it says so once, and what mends it', async () => {
    const { slot, logged } = open(await newPlace(), 'http://127.0.0.1:1');
    await slot.start(true);
    for (let questions = 0; questions < 5; questions += 1) expect(await ask(slot)).toBe('there is no model');
    expect(logged).toEqual(['the text model could not be fetched, and the bot answers without it; later: npm run minicom -- model fetch']);
    expect(slot.status()).toMatchObject({ state: 'missing', detail: expect.stringMatching(/cannot be reached .*; npm run minicom -- model fetch$/) });
  });

  it('R67: never touches the network if it must not', async () => {
    const hub = await useHub(files.tiny);
    const place = await newPlace();
    const { slot } = open(place, hub.url, { isOffline: true });
    await slot.start(true);
    expect(slot.status()).toMatchObject({ state: 'missing', detail: expect.stringContaining('BOT_OFFLINE=1') });
    expect(() => slot.fetch()).toThrow(InvalidInputError);
    expect(hub.asked).toEqual([]);
    await fetchTo(place, hub.url);
    expect(await ask(slot), 'brought by the command meanwhile').toBe(TAUGHT.kayak.reply);
  });

  it('R67: whose file was damaged is fetched once more in a demo, and answers then', async () => {
    const hub = await useHub(files.tiny);
    const place = await newPlace();
    await fetchTo(place, hub.url);
    const { slot, logged } = open(place, hub.url);
    await slot.start(true);
    await writeFile(join(place.folder, ONNX), (await readFile(join(files.tiny, ONNX))).fill(7, 0, 1_000));
    expect(await ask(slot)).toMatch(/^ModelFailedError/);
    await until('it to be mended', async () => logged.at(-1)?.startsWith('the text model: 100 %') === true && slot.status().state === 'ready');
    expect(await ask(slot)).toBe(TAUGHT.kayak.reply);
    await writeFile(join(place.folder, ONNX), (await readFile(join(files.tiny, ONNX))).fill(7, 0, 1_000));
    await slot.close();
  });

  it('R67: whose file was damaged is removed in production, and its name is said', async () => {
    const hub = await useHub(files.tiny);
    const place = await newPlace();
    await fetchTo(place, hub.url);
    hub.asked.length = 0;
    const { slot } = open(place, hub.url);
    await slot.start(false);
    await writeFile(join(place.folder, ONNX), (await readFile(join(files.tiny, ONNX))).fill(7, 0, 1_000));
    expect(await ask(slot)).toMatch(/^ModelFailedError/);
    await until('it to be removed', () => slot.status().state === 'missing');
    expect(slot.status().detail).toBe(`no text model: ${ONNX} was damaged, and is removed; npm run minicom -- model fetch`);
    expect(hub.asked).toEqual([]);
  });

  it('R67: whose damaged file cannot be removed says so once, and the server goes on', async () => {
    const hub = await useHub(files.tiny);
    const place = await newPlace();
    await fetchTo(place, hub.url);
    const weights = join(place.folder, ONNX);
    const warned: string[] = [];
    const warn = (_: unknown, line?: string): void => {
      warned.push(line ?? '');
      if (warned.length > 1) return;
      // Who may do everything may remove every file, but not a folder in its place.
      rmSync(weights);
      mkdirSync(weights);
    };
    const { slot } = open(place, hub.url, { log: { info: () => undefined, warn } });
    await slot.start(false);
    await writeFile(weights, (await readFile(weights)).fill(7, 0, 1_000));
    expect(await ask(slot)).toMatch(/^ModelFailedError/);
    await until('it to be told', () => warned.length === 2);
    expect(warned[1]).toBe('files of the text model could not be checked or removed');
    expect(slot.status().detail).toMatch(/^the text model does not work: its files could not be checked or removed: .*EISDIR/);
    expect(await ask(slot)).toBe('there is no model');
    expect(slot.status().detail).toMatch(/^no text model: its files could not be checked or removed: .*EISDIR.*; npm run minicom -- model fetch$/);
    rmSync(weights, { recursive: true });
    await fetchTo(place, hub.url);
    expect(await ask(slot)).toBe(TAUGHT.kayak.reply);
    expect(warned).toHaveLength(2);
  });

  it('R67: whose file is too short is seen before it is loaded', async () => {
    const hub = await useHub(files.tiny);
    const place = await newPlace();
    await fetchTo(place, hub.url);
    await truncate(join(place.folder, ONNX), 60_000);
    const { slot } = open(place, hub.url);
    await slot.start(false);
    expect(await ask(slot)).toBe('there is no model');
    expect(slot.status()).toMatchObject({ state: 'missing', detail: expect.stringContaining(`${ONNX} in ${place.folder} has 60000 bytes instead of`) });
  });

  it('that is removed meanwhile is not asked any more', async () => {
    const hub = await useHub(files.tiny);
    const place = await newPlace();
    await fetchTo(place, hub.url);
    const { slot } = open(place, hub.url);
    await slot.start(false);
    expect(await ask(slot)).toBe(TAUGHT.kayak.reply);
    await rm(place.folder, { recursive: true });
    expect(await ask(slot)).toBe('there is no model');
  });

  it('lies in a folder of the operator\'s own, which is only read', async () => {
    const hub = await useHub(files.tiny);
    const modelDir = join(files.folder, 'own');
    await cp(files.tiny, modelDir, { recursive: true });
    const { slot } = open(placeOf({ modelDir, dataDir: files.folder }), hub.url);
    await slot.start(true);
    expect(await ask(slot)).toBe(TAUGHT.kayak.reply);
    expect(() => slot.fetch()).toThrow('MODEL_DIR names a folder of your own');
    await writeFile(join(modelDir, ONNX), 'nothing of use');
    await slot.close();
    const damaged = open(placeOf({ modelDir, dataDir: files.folder }), hub.url);
    await damaged.slot.start(true);
    expect(await ask(damaged.slot)).toMatch(/^ModelFailedError/);
    expect(await readFile(join(modelDir, ONNX), 'utf8')).toBe('nothing of use');
    expect(damaged.slot.status().state).toBe('failed');
    damaged.slot.fetch();
    expect(damaged.slot.status().state, 'to be tried again').toBe('ready');
    expect(hub.asked).toEqual([]);
  });
});
