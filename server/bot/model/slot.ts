import type { TextModelStatus } from '../../domain/ports/bot.ts';
import type { TextModel } from './text-model.ts';

/** The place of the text model in the bot, whichever it is. */
export interface ModelSlot {
  /** Looks what there is; with `wantsFetch` it fetches what is missing. Settles when that is done. Never rejects. */
  start(wantsFetch: boolean): Promise<void>;
  /** What can be asked now. Null: nothing, and `status` says why. */
  current(): Promise<TextModel | null>;
  /** Costs nothing. */
  status(): TextModelStatus;
  /** Begins to fetch it, or to try it again, and waits for nothing. @throws InvalidInputError if there is nothing to fetch */
  fetch(): void;
  /** Never rejects. */
  close(): Promise<void>;
}
