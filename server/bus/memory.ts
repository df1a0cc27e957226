import type { Bell, Bus } from '../domain/ports/bus.ts';
import type { Ephemeral } from '../domain/types.ts';

/** How often the one timer of the process looks at what is due. Waits end up to this much late. */
const TICK_MS = 250;

interface Shown { readonly value: Ephemeral; readonly version: number; readonly expiresAt: number }

/**
 * The doorbell within one process. It loses nothing: a ring reaches every bell of the topic at once.
 * One timer serves all waits, so that an idle follower costs an object and no timer.
 */
export function createMemoryBus(): Bus & { readonly gauges: () => { bells: number; shown: number; topics: number } } {
  const bells: Bells = new Map();
  const shown = new Map<string, Map<string, Shown>>();
  let version = 0;

  const ring = (topic: string): void => {
    for (const bell of bells.get(topic) ?? []) bell.ring();
  };

  const sweep = (): void => {
    const now = performance.now();
    for (const listeners of bells.values()) for (const bell of listeners) bell.wakeIfDue(now);
    for (const [topic, values] of shown) {
      for (const [key, { expiresAt }] of values) if (expiresAt <= now) values.delete(key);
      if (values.size === 0) shown.delete(topic);
    }
  };
  const timer = setInterval(sweep, TICK_MS);
  timer.unref();

  return {
    listen(topic) {
      const bell = new MemoryBell(bells, topic);
      const listeners = bells.get(topic);
      if (listeners) listeners.add(bell);
      else bells.set(topic, new Set([bell]));
      return bell;
    },
    ring,
    show(topic, key, value, ttlMs) {
      version += 1;
      const values = shown.get(topic) ?? new Map<string, Shown>();
      values.set(key, { value, version, expiresAt: performance.now() + ttlMs });
      shown.set(topic, values);
      ring(topic);
    },
    shown(topic, since) {
      const values = shown.get(topic);
      if (!values) return { values: [], version };
      const now = performance.now();
      const fresh = [...values.values()].filter((entry) => entry.version > since && entry.expiresAt > now);
      return { values: fresh.sort((a, b) => a.version - b.version).map((entry) => entry.value), version };
    },
    monotonic: () => performance.now(),
    stop() {
      clearInterval(timer);
      for (const listeners of [...bells.values()]) for (const bell of [...listeners]) bell.close();
    },
    gauges: () => ({
      bells: [...bells.values()].reduce((sum, listeners) => sum + listeners.size, 0),
      shown: [...shown.values()].reduce((sum, values) => sum + values.size, 0),
      topics: bells.size + shown.size,
    }),
  };
}

type Bells = Map<string, Set<MemoryBell>>;

/** Every follower has one, so it carries no functions of its own. */
class MemoryBell implements Bell {
  closed = false;
  #rung = false;
  #dueAt = Infinity;
  #wake: (() => void) | null = null;
  readonly #bells: Bells;
  readonly #topic: string;

  constructor(bells: Bells, topic: string) {
    this.#bells = bells;
    this.#topic = topic;
  }

  ring(): void {
    this.#rung = true;
    this.#end();
  }

  take(): boolean {
    const rung = this.#rung;
    this.#rung = false;
    return rung;
  }

  wait(untilMs: number): Promise<void> {
    if (this.#rung || this.closed) return Promise.resolve();
    this.#dueAt = untilMs;
    return new Promise((resolve) => { this.#wake = resolve; });
  }

  wakeIfDue(now: number): void {
    if (this.#dueAt <= now) this.#end();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    const listeners = this.#bells.get(this.#topic);
    listeners?.delete(this);
    if (listeners?.size === 0) this.#bells.delete(this.#topic);
    this.#end();
  }

  #end(): void {
    this.#dueAt = Infinity;
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}
