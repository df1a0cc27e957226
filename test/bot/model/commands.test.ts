import { execFile } from 'node:child_process';
import { cp, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MODEL } from '../../../server/bot/model/files.ts';
import { withDataDir } from '../../_util/server-process.ts';
import { useHub } from './hub.ts';
import { useTinyFolder } from './tiny-folder.ts';

const files = useTinyFolder();

interface Outcome { readonly code: number; readonly out: string; readonly err: string }

/** As an operator runs it, from the build. */
function run(args: readonly string[], env: Record<string, string>): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['dist/server/main.js', ...args], { env: { PATH: process.env['PATH'], ...env } }, (error, out, err) => (
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err })
    ));
  });
}

const look = (env: Record<string, string>): Promise<[Outcome, Outcome]> => Promise.all([run(['model', 'status'], env), run(['doctor'], { ...env, PORT: '1' })]);

it('model fetch, status and remove: from the first to the last, each with what is to be done next', async () => {
  await withDataDir(async (DATA_DIR) => {
    const env = { DATA_DIR, MODEL_HUB: (await useHub(files.tiny)).url };
    expect(await run(['model', 'status'], env)).toMatchObject({ code: 1, out: expect.stringMatching(/^no text model: it is not in .*npm run minicom -- model fetch/) });
    expect(await run(['model', 'fetch'], env)).toMatchObject({ code: 0, out: `${MODEL} is in ${join(DATA_DIR, 'models', MODEL)}.\n`, err: expect.stringContaining('100 %') });
    const [status, doctor] = await look(env);
    expect(status).toMatchObject({ code: 0, out: expect.stringMatching(/^the text model .* is in /) });
    expect(doctor.out).toMatch(/^ok {4}the text model Xenova\/distilgpt2 is in /m);

    const onnx = join(DATA_DIR, 'models', MODEL, 'onnx/decoder_model_merged_quantized.onnx');
    await truncate(onnx, 10);
    expect(await run(['model', 'status'], env)).toMatchObject({ code: 1, out: expect.stringContaining('damaged. Bring it again: npm run minicom -- model fetch') });
    expect((await run(['model', 'fetch'], env)).code).toBe(0);
    expect((await readFile(onnx)).length).toBeGreaterThan(10);

    expect((await run(['model', 'remove'], env)).code).toBe(0);
    const [after, hint] = await look(env);
    expect(after.code).toBe(1);
    expect(hint.out).toMatch(/^HINT {2}no text model/m);
  });
});

it('R67: refuses what it must not touch, with the setting\'s name', async () => {
  await withDataDir(async (DATA_DIR) => {
    const own = join(files.folder, 'own');
    await cp(files.tiny, own, { recursive: true });
    const refused = (words: string) => expect.objectContaining({ code: 1, err: expect.stringContaining(words) });
    expect(await Promise.all([
      run(['model', 'fetch'], { DATA_DIR, BOT_OFFLINE: '1' }),
      run(['model', 'fetch'], { DATA_DIR, MODEL_DIR: own }),
      run(['model', 'remove'], { DATA_DIR, MODEL_DIR: own }),
      run(['model', 'fetch'], { DATA_DIR, MODEL_HUB: 'http://127.0.0.1:1' }),
      run(['model', 'status'], { DATA_DIR, BOT: 'rules' }),
    ])).toEqual([
      refused('BOT_OFFLINE=1'), refused('MODEL_DIR'), refused('MODEL_DIR'), refused('http://127.0.0.1:1 cannot be reached'),
      expect.objectContaining({ code: 0, out: 'the bot does without a text model (BOT=rules).\n' }),
    ]);
    expect((await readFile(join(own, 'config.json'))).length).toBeGreaterThan(10);
  });
});
