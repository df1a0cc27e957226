const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long' });
const dayThisYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long' });
const dayOfYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export function formatClock(instant: string): string {
  return clock.format(new Date(instant));
}

export function formatExact(instant: string): string {
  return full.format(new Date(instant));
}

/** Two instants with the same key are on the same local day. */
export function dayKey(instant: string): string {
  return new Date(instant).toDateString();
}

/** Today, Yesterday, the weekday within a week, then the date. */
export function formatDay(instant: string, now: number): string {
  const date = new Date(instant);
  const days = Math.round((startOfDay(now) - startOfDay(date.getTime())) / DAY_MS);
  if (days === 0 || days === 1) return capitalised(relative.format(-days, 'day'));
  if (days > 1 && days < 7) return weekday.format(date);
  return (date.getFullYear() === new Date(now).getFullYear() ? dayThisYear : dayOfYear).format(date);
}

/** "now", "9 min", "3 h", "2 d": how long ago, as short as can be. */
export function formatAge(instant: string, now: number): string {
  const age = Math.max(0, now - Date.parse(instant));
  if (age < MINUTE_MS) return 'now';
  if (age < HOUR_MS) return `${Math.floor(age / MINUTE_MS)} min`;
  if (age < DAY_MS) return `${Math.floor(age / HOUR_MS)} h`;
  return `${Math.floor(age / DAY_MS)} d`;
}

/** "5 min", "3 h": at least as long as it is. */
export function formatWait(ms: number): string {
  return ms < HOUR_MS ? `${Math.ceil(ms / MINUTE_MS)} min` : `${Math.ceil(ms / HOUR_MS)} h`;
}

function startOfDay(instant: number): number {
  return new Date(instant).setHours(0, 0, 0, 0);
}

function capitalised(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
