import { randomUUID } from 'node:crypto';

/** A UUIDv7: its time only keeps index pages warm; ids are never compared for order. `now` is in wall-clock milliseconds. */
export function newId(now: number): string {
  const time = now.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
