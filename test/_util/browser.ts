import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';

const INSTALLED = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

interface Program { readonly path: string; readonly env: NodeJS.ProcessEnv }

/** A headless Chromium: the one installed here, best the build without windows, else the one that came with `npm ci`. Nothing is ever downloaded. The caller closes it. */
export async function launchBrowser(program?: Program): Promise<Browser> {
  const { path, env } = program ?? installed() ?? await bundled();
  return chromium.launch({ executablePath: path, env: { ...process.env, ...env }, args: FLAGS, headless: true });
}

export function installed(): Program | null {
  const path = INSTALLED.find((candidate) => existsSync(candidate));
  return path ? { path, env: {} } : null;
}

/**
 * The Chromium inside @sparticuz/chromium, with the few libraries and the one font that a bare Linux lacks, unpacked once per version.
 * The package unpacks into $TMPDIR, over whatever an interrupted run left there, and brings the libraries only where it believes
 * to run on Amazon's machines: hence the child with an environment of its own, and the rename once all of it is there.
 */
export async function bundled(): Promise<Program> {
  const require = createRequire(import.meta.url);
  const entry = require.resolve('@sparticuz/chromium');
  const manifest: { version: string } = JSON.parse(await readFile(join(entry, '../../../package.json'), 'utf8'));
  const home = join(tmpdir(), `minicom-chromium-${manifest.version}-${process.arch}`);

  if (!existsSync(home)) await unpack(entry, home);
  const libraries = [join(home, 'al2023/lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':');
  return { path: join(home, 'chromium'), env: { LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: join(home, 'fonts.conf') } };
}

async function unpack(entry: string, home: string): Promise<void> {
  const unpacking = await mkdtemp(`${home}-`);
  try {
    const env = { ...process.env, TMPDIR: unpacking, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' };
    await promisify(execFile)(process.execPath, ['-e', `require(${JSON.stringify(entry)}).executablePath()`], { env });
    await writeFile(join(unpacking, 'fonts.conf'), fontsConf(home));
    await rename(unpacking, home);
  } catch (error) {
    await rm(unpacking, { recursive: true });
    // Another run may have been faster.
    if (!existsSync(home)) throw error;
  }
}

const fontsConf = (home: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>${join(home, 'fonts')}</dir>
  <cachedir>${join(home, 'fonts-cache')}</cachedir>
</fontconfig>
`;
