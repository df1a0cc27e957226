import { describe, expect, it } from 'vitest';
import type { Config } from '../server/config.ts';
import { ConfigError, readConfig } from '../server/config.ts';

/** What is wrong with these settings, by name of the setting. */
function problemsOf(env: Record<string, string>, mode: Config['mode'] = 'production'): string[] {
  try {
    readConfig(env, mode);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) expect(error.message).toContain(problem);
    return error.problems.map((problem) => problem.split(':')[0] ?? '');
  }
}

describe('the settings', () => {
  it('have defaults that start a server on this machine alone', () => {
    expect(readConfig({}, 'production')).toEqual({
      mode: 'production', host: '127.0.0.1', port: 8_000, publicUrl: null, trustedProxies: [], dataDir: 'data', bot: 'on', botModule: null,
      modelDir: null, modelHub: 'https://huggingface.co', modelPriority: 'idle', botOffline: false, llm: null, rateLimits: true, logLevel: 'info',
    });
    expect(readConfig({}, 'demo')).toEqual({ ...readConfig({}, 'production'), mode: 'demo', dataDir: 'data/demo' });
  });

  it('are taken as given, by both modes alike', () => {
    const env = {
      HOST: '::1', PORT: '0', PUBLIC_URL: 'http://localhost:9000/', TRUSTED_PROXIES: 'loopback, 10.0.0.0/8,2001:db8::1', DATA_DIR: '/somewhere', BOT: 'rules',
      BOT_MODULE: 'bot.ts', MODEL_DIR: 'model', MODEL_HUB: 'https://hub.example.com/', MODEL_PRIORITY: 'low', BOT_OFFLINE: '1', LLM_URL: 'http://127.0.0.1:11434/v1', LLM_MODEL: 'llama',
      LLM_KEY: 'secret', RATE_LIMITS: 'off', LOG_LEVEL: 'debug',
    };
    const trustedProxies = ['127.0.0.0/8', '::1', '10.0.0.0/8', '2001:db8::1'];
    const expected = {
      host: '::1', port: 0, publicUrl: 'http://localhost:9000', trustedProxies, dataDir: '/somewhere', bot: 'rules', botModule: 'bot.ts',
      modelDir: 'model', modelHub: 'https://hub.example.com', modelPriority: 'low', botOffline: true, llm: { url: 'http://127.0.0.1:11434/v1', model: 'llama', key: 'secret' },
      rateLimits: false, logLevel: 'debug',
    };
    for (const mode of ['production', 'demo'] as const) expect(readConfig(env, mode)).toEqual({ ...expected, mode });
  });

  it('that are empty count as not set', () => {
    expect(readConfig({ HOST: '', PORT: '', PUBLIC_URL: '', DATA_DIR: '', BOT: '', BOT_MODULE: '', NODE_ENV: '' }, 'demo')).toEqual(readConfig({}, 'demo'));
  });

  it('are all told of at once, each by its name', () => {
    const env = { HOST: '0.0.0.0', PORT: 'eighty', PUBLIC_URL: 'chat.example.com', BOT: 'yes', RATE_LIMITS: 'off', LOG_LEVEL: 'loud' };
    expect(problemsOf(env).sort()).toEqual(['BOT', 'LOG_LEVEL', 'PORT', 'PUBLIC_URL', 'RATE_LIMITS']);
    expect(problemsOf({ ...env, NODE_ENV: 'production' }, 'demo').sort()).toEqual(['BOT', 'HOST', 'LOG_LEVEL', 'NODE_ENV', 'PORT', 'PUBLIC_URL', 'RATE_LIMITS']);
  });

  it.each(['-1', '65536', '80.5', 'x', '8000 '.repeat(2)])('refuse the port %j', (PORT) => {
    expect(problemsOf({ PORT })).toEqual(['PORT']);
  });
});

describe('PUBLIC_URL', () => {
  it.each([
    ['https://chat.example.com', 'https://chat.example.com'],
    ['https://chat.example.com/', 'https://chat.example.com'],
    ['https://CHAT.example.com:443', 'https://chat.example.com'],
    ['http://localhost:8080', 'http://localhost:8080'],
  ])('%s is the origin %s', (given, origin) => {
    expect(readConfig({ PUBLIC_URL: given }, 'production').publicUrl).toBe(origin);
  });

  it.each([
    'chat.example.com', '//chat.example.com', 'ftp://chat.example.com', 'https://', 'https://chat.example.com/path', 'https://chat.example.com?x', 'https://chat.example.com#x',
    'https://user@chat.example.com', 'javascript:alert(1)',
  ])('%s is no origin', (PUBLIC_URL) => {
    expect(problemsOf({ PUBLIC_URL })).toEqual(['PUBLIC_URL']);
  });

  it('is required off loopback, and there only', () => {
    for (const HOST of ['0.0.0.0', '::', '192.0.2.1', 'chat.example.com']) {
      expect(problemsOf({ HOST })).toEqual(['PUBLIC_URL']);
      expect(problemsOf({ HOST, PUBLIC_URL: 'https://chat.example.com' })).toEqual([]);
    }
    for (const HOST of ['127.0.0.1', '::1', 'localhost']) expect(problemsOf({ HOST })).toEqual([]);
  });
});

describe('the demo', () => {
  it('R15: refuses to listen on anything but this machine, and says how to reach it from another', () => {
    for (const HOST of ['0.0.0.0', '::', '192.0.2.1', 'example.com', '127.0.0.1.example.com']) {
      expect(problemsOf({ HOST }, 'demo')).toEqual(['HOST']);
      expect(problemsOf({ HOST, PUBLIC_URL: 'http://localhost:9000' }, 'demo')).toEqual(['HOST']);
    }
    expect(problemsOf({ PUBLIC_URL: 'https://demo.example.com' }, 'demo')).toEqual(['PUBLIC_URL']);
    expect(() => readConfig({ HOST: '0.0.0.0', PORT: '8123' }, 'demo')).toThrow('ssh -L 8123:127.0.0.1:8123');
  });

  it('R15: refuses to run in production', () => {
    expect(problemsOf({ NODE_ENV: 'production' }, 'demo')).toEqual(['NODE_ENV']);
    expect(problemsOf({ NODE_ENV: 'production' })).toEqual([]);
    expect(problemsOf({ NODE_ENV: 'development' }, 'demo')).toEqual([]);
  });
});

it.each(['proxy', '10.0.0.0/33', '10.0.0/8', '1.2.3.4/', '2001:db8::/129', '*', '10.0.0.1/8/8', '0.0.0.0/0', '::/0'])('TRUSTED_PROXIES refuses %j', (TRUSTED_PROXIES) => {
  expect(problemsOf({ TRUSTED_PROXIES })).toEqual(['TRUSTED_PROXIES']);
});

describe('a text model elsewhere', () => {
  it.each(['ftp://x/v1', 'x', 'http://user:secret@x/v1', 'http://x/v1?key=1', 'http://x/v1#y', 'file:///v1'])('is not at %s', (LLM_URL) => {
    expect(problemsOf({ LLM_URL, LLM_MODEL: 'llama' })).toEqual(['LLM_URL']);
  });

  it('needs its address and its name', () => {
    expect(problemsOf({ LLM_URL: 'http://x/v1' })).toEqual(['LLM_MODEL']);
    expect(problemsOf({ LLM_MODEL: 'llama' })).toEqual(['LLM_URL']);
    expect(problemsOf({ LLM_KEY: 'secret' })).toEqual(['LLM_URL', 'LLM_MODEL']);
    expect(readConfig({ LLM_URL: 'https://x/v1/', LLM_MODEL: 'llama' }, 'production').llm).toEqual({ url: 'https://x/v1/', model: 'llama', key: null });
  });
});

it('RATE_LIMITS=off is refused on anything but loopback', () => {
  expect(problemsOf({ RATE_LIMITS: 'off', HOST: '0.0.0.0', PUBLIC_URL: 'https://chat.example.com' })).toEqual(['RATE_LIMITS']);
  expect(problemsOf({ RATE_LIMITS: 'off', PUBLIC_URL: 'https://chat.example.com' })).toEqual(['RATE_LIMITS']);
  expect(problemsOf({ RATE_LIMITS: 'off', PUBLIC_URL: 'http://localhost:9000' })).toEqual([]);
  expect(problemsOf({ RATE_LIMITS: 'off' })).toEqual([]);
});
