/**
 * An endless generator that can be ended from outside while it waits. A bare generator cannot: its `return()` queues behind the pending `next()`,
 * so a closed socket would leave it parked until somebody writes (reliability T20). Here `return()` ends the wait first.
 */
export function closable<T>(generator: AsyncGenerator<T, void, void>, endWait: () => void): AsyncIterableIterator<T> {
  return {
    next: () => generator.next(),
    return() {
      endWait();
      return generator.return();
    },
    throw(error: unknown) {
      endWait();
      return generator.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
