import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Entry {
  readonly resolved?: string;
  readonly optionalDependencies?: Record<string, string>;
  readonly hasInstallScript?: boolean;
}

const lock: { packages: Record<string, Entry> } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const manifest: { allowScripts: Record<string, boolean> } = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = Object.entries(lock.packages);

describe('package-lock.json', () => {
  it('has the binaries of every platform: without an entry `npm ci` fails, here or on somebody else\'s machine', () => {
    const missing = entries.flatMap(([path, entry]) => Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !placesFor(path, name).some((place) => place in lock.packages))
      .map((name) => `${path || 'the project'} wants ${name}`));
    expect(missing).toEqual([]);
  });

  it('names no registry', () => {
    expect(entries.filter(([, entry]) => entry.resolved).map(([path]) => path)).toEqual([]);
  });

  it('brings no install script that nobody has allowed or refused', () => {
    const unreviewed = entries.filter(([path, entry]) => entry.hasInstallScript && !(nameOf(path) in manifest.allowScripts));
    expect(unreviewed.map(([path]) => path)).toEqual([]);
  });
});

/** Where Node would look for a package that the one at this path asks for. */
function placesFor(path: string, name: string): string[] {
  const folders = path.split('/node_modules/');
  const above = folders.map((_, index) => folders.slice(0, folders.length - index).join('/node_modules/'));
  return [...above.filter(Boolean).map((folder) => `${folder}/node_modules/${name}`), `node_modules/${name}`];
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
