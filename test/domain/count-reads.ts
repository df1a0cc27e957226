import type { ConversationLog } from '../../server/domain/ports/log.ts';

export interface ReadCounter {
  /** Pages of a stream that were read from the store. */
  readonly count: number;
  readonly wrap: (log: ConversationLog) => ConversationLog;
}

export function countReads(): ReadCounter {
  let count = 0;
  return {
    get count() { return count; },
    wrap: (log) => ({
      ...log,
      streamAfter: (...asked) => {
        count += 1;
        return log.streamAfter(...asked);
      },
    }),
  };
}
