import { device } from './deviceStorage.ts';

/** Customers' sessions on this device: one token per customer, so that two customers in two windows stay apart. */
const VISITOR = 'minicom.visitor';
const SESSION = 'minicom.session.';
const keyOf = (customerId: string): string => SESSION + customerId;

/** Whose sessions this device has, the visitor's among them. */
export function keptCustomers(): string[] {
  return device.keys().filter((key) => key.startsWith(SESSION)).map((key) => key.slice(SESSION.length));
}

export function keptToken(customerId: string): string | null {
  return device.get(keyOf(customerId));
}

export function keepToken(customerId: string, token: string): void {
  device.set(keyOf(customerId), token);
}

/** Forgets this token only: another window may have a newer one by now. */
export function forgetToken(customerId: string, token: string): void {
  if (keptToken(customerId) === token) device.remove(keyOf(customerId));
}

/** The anonymous visitor of this device, if there is one with a session. */
export function keptVisitor(): { id: string; token: string } | null {
  const id = device.get(VISITOR);
  const token = id === null ? null : keptToken(id);
  return id === null || token === null ? null : { id, token };
}

export function keepVisitor(id: string, token: string): void {
  device.set(VISITOR, id);
  keepToken(id, token);
}

export function forgetVisitor({ id, token }: { id: string; token: string }): void {
  if (device.get(VISITOR) === id) device.remove(VISITOR);
  forgetToken(id, token);
}
