const number = new Intl.NumberFormat();
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 });

export function counted(count: number, one: string, many: string): string {
  return `${number.format(count)} ${count === 1 ? one : many}`;
}

/** "12 %" of a whole; nothing of nothing is a dash. */
export function share(part: number, whole: number): string {
  return whole === 0 ? '–' : percent.format(part / whole);
}

/** A part of the whole, 0 to 1. */
export function inPercent(part: number): string {
  return percent.format(part);
}

/** "420 ms", "1.4 s", "3 min", "2 h": as exact as anybody can use. */
export function duration(ms: number | null): string {
  if (ms === null) return '–';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${number.format(Math.round(ms / 100) / 10)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return `${number.format(Math.round(ms / 360_000) / 10)} h`;
}
