/**
 * Web storage that cannot fail: where the browser forbids it, or it is full, values live as long as the page. What is said works all the same, it only
 * does not survive a reload.
 */
export interface DeviceStorage {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): readonly string[];
}

export const device = storageOf(() => localStorage);
export const tab = storageOf(() => sessionStorage);

function storageOf(area: () => Storage): DeviceStorage {
  const memory = new Map<string, string>();
  const attempt = <T>(use: (storage: Storage) => T): T | undefined => {
    try {
      return use(area());
    } catch {
      return undefined; // forbidden or full
    }
  };
  return {
    get: (key) => memory.get(key) ?? attempt((storage) => storage.getItem(key)) ?? null,
    set: (key, value) => {
      const isKept = attempt((storage) => { storage.setItem(key, value); return true; });
      if (isKept) memory.delete(key);
      else memory.set(key, value);
    },
    remove: (key) => {
      memory.delete(key);
      attempt((storage) => storage.removeItem(key));
    },
    keys: () => [...memory.keys(), ...(attempt((storage) => Object.keys(storage)) ?? [])],
  };
}
