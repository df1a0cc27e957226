import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { BuildOptions } from 'vite';

/**
 * `tsx server/build.ts`: builds what is stale into dist/, and nothing where the sources are those of the last build.
 * With `--watch`: keeps the web bundle built and the demo running from source until interrupted. Reload the page to see a change.
 */

type Bundle = 'web' | 'server';

const root = fileURLToPath(new URL('..', import.meta.url));

if (process.argv.includes('--watch')) await watch();
else {
  await buildIfStale('web');
  await buildIfStale('server');
}

async function buildIfStale(bundle: Bundle): Promise<void> {
  const record = recordOf(bundle);
  const hash = hashOfSources(bundle);
  if (existsSync(record) && readFileSync(record, 'utf8') === hash) return;

  const began = performance.now();
  await build(bundle);
  if (bundle === 'web') compress(join(root, 'dist/web/assets'));
  writeFileSync(record, hash);
  console.error(`Built dist/${bundle} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

async function watch(): Promise<void> {
  const env = { ...process.env };
  rmSync(recordOf('web'), { force: true });
  // Vite makes this process one of production; the demo, rightly, refuses to be that.
  const building = await build('web', { watch: {}, emptyOutDir: false });
  if (!('on' in building)) throw new Error('Vite built once instead of watching');
  await new Promise<void>((resolve) => { building.on('event', ({ code }) => { if (code === 'END') resolve(); }); });

  // The server reads the web app when it starts, so a new build of it starts it again.
  const args = ['watch', '--clear-screen=false', '--include', 'dist/web/index.html', 'server/main.ts', 'demo'];
  spawn(process.execPath, [join(root, 'node_modules/tsx/dist/cli.mjs'), ...args], { cwd: root, stdio: 'inherit', env })
    .once('exit', (code) => process.exit(code ?? 0));
}

async function build(bundle: Bundle, options: BuildOptions = {}) {
  // Loaded only here: a start with nothing to build need not wait for it.
  const vite = await import('vite');
  return vite.build({
    configFile: join(root, bundle, 'vite.config.ts'),
    logLevel: 'warn',
    // A busy machine makes Rolldown warn about the speed of plugins.
    build: { ...options, rolldownOptions: { checks: { bundlerTimings: false } } },
  });
}

/** Inside the bundle, where every build by other means removes it: what was interrupted does not look finished. */
function recordOf(bundle: Bundle): string {
  return join(root, 'dist', bundle, '.sources');
}

/** Beside each file: the server hands out what is there, and compresses nothing itself. */
function compress(folder: string): void {
  for (const file of readdirSync(folder).map((name) => join(folder, name))) {
    if (/\.(js|css|svg)$/.test(file)) writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
  }
}

function hashOfSources(bundle: Bundle): string {
  const files = readdirSync(join(root, bundle), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash('sha256');
  for (const file of [join(root, 'package-lock.json'), ...files]) {
    const content = readFileSync(file);
    hash.update(`${file.slice(root.length)} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}
