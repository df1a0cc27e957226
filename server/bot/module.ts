import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError } from '../config.ts';
import type { Bot, ResolveBot } from './bot.ts';

/** What an operator's module exports: one of the two. */
export type BotModule = { readonly bot: Bot } | { readonly resolveBot: ResolveBot };

/** Loads it, TypeScript as it is. `path` is absolute, or relative to the working directory. @throws ConfigError that names BOT_MODULE and says what to mend */
export async function loadBotModule(path: string): Promise<BotModule> {
  const file = resolve(path);
  if (!existsSync(file)) throw problem(`there is no file ${file}`);
  const { bot, resolveBot } = await load(file);
  if (bot !== undefined && resolveBot !== undefined) throw problem(`${file} exports both bot and resolveBot. Leave one out`);
  if (resolveBot !== undefined) {
    if (typeof resolveBot !== 'function') throw problem(`resolveBot of ${file} must be a function`);
    return { resolveBot: resolveBot as ResolveBot };
  }
  if (bot === undefined) throw problem(`${file} exports neither bot nor resolveBot`);
  if (!isBot(bot)) throw problem(`bot of ${file} must have a name and a function handle`);
  return { bot };
}

async function load(file: string): Promise<Record<string, unknown>> {
  const url = pathToFileURL(file).href;
  try {
    if (!/\.[cm]?tsx?$/.test(file)) return await import(/* @vite-ignore */ url);
    // Loaded only here: a server without a module of its own needs no compiler.
    const { tsImport } = await import('tsx/esm/api');
    return await tsImport(url, import.meta.url);
  } catch (error) {
    throw problem(`${file} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isBot(given: unknown): given is Bot {
  return typeof given === 'object' && given !== null && 'name' in given && typeof given.name === 'string' && given.name !== ''
    && 'handle' in given && typeof given.handle === 'function';
}

function problem(text: string): ConfigError {
  return new ConfigError([`BOT_MODULE: ${text}`]);
}
