/** Customers' sessions on this device: one token per customer, so that two customers in two windows stay apart. */
const VISITOR = 'minicom.visitor';
const keyOf = (customerId: string): string => `minicom.session.${customerId}`;

export function keptToken(customerId: string): string | null {
  return localStorage.getItem(keyOf(customerId));
}

export function keepToken(customerId: string, token: string): void {
  localStorage.setItem(keyOf(customerId), token);
}

/** Forgets this token only: another window may have a newer one by now. */
export function forgetToken(customerId: string, token: string): void {
  if (keptToken(customerId) === token) localStorage.removeItem(keyOf(customerId));
}

/** The anonymous visitor of this device, if there is one with a session. */
export function keptVisitor(): { id: string; token: string } | null {
  const id = localStorage.getItem(VISITOR);
  const token = id === null ? null : keptToken(id);
  return id === null || token === null ? null : { id, token };
}

export function keepVisitor(id: string, token: string): void {
  localStorage.setItem(VISITOR, id);
  keepToken(id, token);
}

export function forgetVisitor({ id, token }: { id: string; token: string }): void {
  if (localStorage.getItem(VISITOR) === id) localStorage.removeItem(VISITOR);
  forgetToken(id, token);
}
