import type { Door, Stream } from './graphql-client.ts';
import { ConnectionLostError, openSocket } from './graphql-client.ts';
import type { ConversationEvent, ConversationState, Followed, Message, Snapshot } from './minicom.ts';
import { FOLLOW } from './minicom.ts';
import { pass } from './wait.ts';

/** What a client holds: messages by id, the greater position wins. Pure. */
export interface View {
  apply(event: ConversationEvent): void;
  /** In order of `seq`. */
  messages(): Message[];
  readonly state: ConversationState | null;
  /** What no stream may do: tell rows out of order, or the same one twice. */
  readonly problems: readonly string[];
}

export function createView(snapshot?: Snapshot): View {
  const byId = new Map((snapshot?.messages ?? []).map((message) => [message.id, message]));
  const problems: string[] = [];
  let state = snapshot?.state ?? null;
  let told = 0;
  return {
    apply: (event) => {
      if (event.__typename === 'StreamReset') problems.push(`the stream was reset: ${event.reason}`);
      if (event.__typename === 'ConversationChanged' && event.conversation.position > (state?.position ?? -1)) state = event.conversation;
      if (event.__typename !== 'MessageAdded' && event.__typename !== 'MessageChanged') return;
      const { message } = event;
      if (message.position <= told) problems.push(`position ${message.position} was told after position ${told}`);
      told = message.position;
      if (message.position >= (byId.get(message.id)?.position ?? 0)) byId.set(message.id, message);
    },
    messages: () => [...byId.values()].sort((a, b) => a.seq - b.seq),
    get state() { return state; },
    problems,
  };
}

export interface FollowerOptions {
  /** Asked before every connection, so that a follower finds a server that moved. */
  readonly door: () => Door;
  readonly customerId: string;
  readonly after: string;
}

export interface Follower {
  readonly view: View;
  /** How often it came back after a loss. */
  readonly resumes: number;
  /** Everything that went against the contract, the view's included. */
  problems(): string[];
  /** True once a message with this text was told. */
  hasSeen(text: string): boolean;
  stop(): Promise<void>;
}

const RETRY_MS = 20;

/**
 * Follows for ever: after every loss it comes back at once, with the last cursor that its own stream told, and nothing else. It never fetches,
 * so what it holds is what streams gave it.
 */
export function follow({ door, customerId, after }: FollowerOptions): Follower {
  const view = createView();
  const problems: string[] = [];
  const texts = new Set<string>();
  let cursor = after;
  let streams = 0;
  let isStopped = false;
  let hangUp = (): void => undefined;

  const listen = async (stream: Stream<Followed>): Promise<void> => {
    streams += 1;
    const held = cursor;
    for (let isFirst = true; ; isFirst = false) {
      const answer = await stream.next();
      if (isStopped) return;
      const event = answer?.data?.conversationEvents;
      if (!event) {
        problems.push(answer === null ? 'the stream completed by itself' : `the stream failed: ${JSON.stringify(answer.errors)}`);
        isStopped = true;
        return;
      }
      if (isFirst && (event.__typename !== 'StreamHeartbeat' || event.cursor !== held)) {
        problems.push(`a stream began with ${event.__typename}, not with the heartbeat of its \`after\``);
      }
      view.apply(event);
      if ('message' in event) texts.add(event.message.text);
      cursor = event.cursor ?? cursor;
    }
  };
  const run = async (): Promise<void> => {
    while (!isStopped) {
      try {
        const socket = await openSocket(door());
        hangUp = () => socket.close();
        if (isStopped) socket.close();
        else await listen(socket.subscribe<Followed>(FOLLOW, { customerId, after: cursor }));
      } catch (error) {
        if (!(error instanceof ConnectionLostError)) {
          problems.push(`the follower failed: ${String(error)}`);
          return;
        }
        // Nothing listens while a server restarts: no use in asking a thousand times a second.
        await pass(RETRY_MS);
      }
    }
    hangUp();
  };
  const ended = run();
  return {
    view,
    get resumes() { return Math.max(0, streams - 1); },
    problems: () => [...problems, ...view.problems],
    hasSeen: (text) => texts.has(text),
    stop: async () => {
      isStopped = true;
      hangUp();
      await ended;
    },
  };
}
