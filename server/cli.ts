import type { App, Started } from './app.ts';
import { createApp } from './app.ts';
import { inviteAgent, resetAgent } from './commands/agents.ts';
import { doctor } from './commands/doctor.ts';
import { identity } from './commands/identity.ts';
import { importArticles } from './commands/import-articles.ts';
import { addKey, listKeys, retireKey, rotateKey } from './commands/keys.ts';
import { fetchTextModel, removeTextModel, showTextModel } from './commands/model.ts';
import { createToken, listTokens, revokeToken } from './commands/tokens.ts';
import type { Config } from './config.ts';
import { ConfigError, readConfig } from './config.ts';
import { InvalidInputError } from './domain/errors.ts';
import { StoreOpenError } from './store/sqlite/failures.ts';

const USAGE = `Usage: npm run minicom -- <command>

  start                     the server
  demo                      a server to try, with a shop's conversations and everybody signed in
  identity <customer id>    a link that opens the chat as this customer, good for 10 minutes
  agent invite [role]       a one-time link for a new agent: admin, agent (default) or viewer
  agent reset <e-mail> [--second-factor]
                            a one-time link for a new password; and turns the second factor off
  token create <name> <scopes> [days]
                            an API token with scopes such as conversations:read,messages:write; for 90 days
  token list, token revoke <id>
  keys add [--public-key <file>]
                            a key that your site signs identity tokens with: a secret, or your own Ed25519 key
  keys rotate [--public-key <file>]
                            the next key, while the one before still counts
  keys list, keys retire <kid>
  articles import <folder>  puts its .md files into the knowledge base; one with the name of an article replaces it
  model fetch               brings the bot's text model into the data folder, some 125 MB
  model status, model remove
  doctor                    what is set, what is missing, and what to do about it

Settings come from the environment; README.md has the table.`;

const COMMANDS = new Map<string, (config: Config, args: readonly string[]) => Promise<number>>([
  ['agent invite', inviteAgent], ['agent reset', resetAgent],
  ['token create', createToken], ['token list', listTokens], ['token revoke', revokeToken],
  ['articles import', importArticles],
  ['model fetch', fetchTextModel], ['model status', showTextModel], ['model remove', removeTextModel],
  ['keys list', listKeys], ['keys add', addKey], ['keys rotate', rotateKey], ['keys retire', retireKey],
]);

/** @returns the exit code. `start` and `demo` settle when the server has stopped. */
export async function runCommand([command = '', ...rest]: readonly string[]): Promise<number> {
  try {
    if (command === 'start' || command === 'demo') return await serve(readConfig(process.env, command === 'demo' ? 'demo' : 'production'));
    const config = readConfig(process.env, 'production');
    if (command === 'identity' && rest.length === 1) return await identity(config, rest[0] ?? '');
    const inner = COMMANDS.get(`${command} ${rest[0]}`);
    if (inner) return await inner(config, rest.slice(1));
    if (command === 'doctor') return await doctor(config);
    console.error(USAGE);
    return command === 'help' || command === '--help' ? 0 : 2;
  } catch (error) {
    if (!isForOperators(error)) throw error;
    console.error(error.message);
    return 1;
  }
}

async function serve(config: Config): Promise<number> {
  let exitCode = 0;
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  const app = createApp(config, {
    onFatal: () => {
      exitCode = 1;
      stop();
    },
  });
  const started = await app.start();
  console.log(page(config, started));
  // Kept: under npm, one Ctrl-C arrives twice, from the terminal and from npm.
  process.on('SIGTERM', stop).on('SIGINT', stop);
  await new Promise((resolve) => { stopping.signal.addEventListener('abort', resolve, { once: true }); });
  await stopped(app);
  return exitCode;
}

/** Ends within 10 seconds: what is under way then is cut off, and what was acknowledged is in the file. */
async function stopped(app: App): Promise<void> {
  const tooLong = setTimeout(() => process.exit(1), 10_000);
  await app.stop();
  clearTimeout(tooLong);
}

/** One printed page: what is on, and where to click. */
function page(config: Config, { url, setupLink, isBotOn }: Started): string {
  const { mode, port, dataDir } = config;
  const lines = mode === 'demo'
    ? [
      `Minicom demo: ${url}`,
      ...(port === 0 || new URL(url).port === `${port}` ? [] : ['', `  Port ${port} is taken, so this is the next one that is free.`]),
      '',
      `  chat      ${url}/chat/alice   (any name will do)`,
      `  inbox     ${url}/inbox        (you are Ana)`,
      `  API       ${url}/graphql      (GraphiQL)`,
      '',
      '  Everybody is signed in here, so it answers this machine only.',
    ]
    : [
      `Minicom: ${url}`,
      '',
      `  chat      ${url}/chat         (as a visitor; npm run minicom -- identity <id> opens it as a customer)`,
      `  inbox     ${url}/inbox`,
      ...(setupLink ? ['', '  There is no agent yet. This link makes the first admin; it works once, for an hour:', `  ${setupLink}`] : []),
    ];
  return [...lines, '', `  data      ${dataDir}`, `  bot       ${botOf(config, isBotOn)}`, '', '  Stop with Ctrl-C. Nothing is lost.', ''].join('\n');
}

function botOf({ bot, botModule }: Config, isOn: boolean): string {
  if (bot === 'off') return 'off';
  if (!isOn) return 'off: the team has switched it off';
  return botModule === null ? bot : `${bot}, from ${botModule}`;
}

function isForOperators(error: unknown): error is Error {
  if (error instanceof ConfigError || error instanceof StoreOpenError || error instanceof InvalidInputError) return true;
  return error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES');
}
