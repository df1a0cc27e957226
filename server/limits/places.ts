/** At most so many at once, for each key; nothing is kept of keys that hold none. */
export interface Places {
  /** The function gives the place back, and may be called again. Null: all are taken. */
  take(key: string): (() => void) | null;
  has(key: string): boolean;
}

export function createPlaces(max: number): Places {
  const taken = new Map<string, number>();
  const has = (key: string): boolean => (taken.get(key) ?? 0) < max;
  return {
    has,
    take(key) {
      if (!has(key)) return null;
      taken.set(key, (taken.get(key) ?? 0) + 1);
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        const left = (taken.get(key) ?? 1) - 1;
        if (left > 0) taken.set(key, left);
        else taken.delete(key);
      };
    },
  };
}
