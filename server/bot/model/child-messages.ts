/** What the server and the model's process say to each other. */

/** `idle`: it has what nobody else wants of the processor; `low`: where another wants a core too, a tenth of it. */
export type Priority = 'idle' | 'low';

export type ToChild =
  | { readonly type: 'generate'; readonly id: number; readonly prompt: string; readonly maxTokens: number; readonly maxMs: number; readonly stops: readonly string[] }
  | { readonly type: 'cancel'; readonly id: number };

export type FromChild =
  | { readonly type: 'ready' }
  /** It could not be loaded. The process ends. */
  | { readonly type: 'failed'; readonly why: string }
  /** The whole text so far, at most 10 times a second. */
  | { readonly type: 'text'; readonly id: number; readonly text: string }
  | ({ readonly type: 'done'; readonly id: number; readonly rssBytes: number } & Written)
  | { readonly type: 'error'; readonly id: number; readonly why: string };

export interface Written {
  readonly text: string;
  readonly reason: 'end' | 'length' | 'time' | 'cancelled';
  readonly avgLogProb: number;
  readonly tokens: number;
}
