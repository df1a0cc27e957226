import { InvalidInputError } from '../../domain/errors.ts';
import type { ModelSlot } from './slot.ts';

/** The bot does without a text model. */
export const NO_MODEL: ModelSlot = {
  start: async () => undefined,
  current: async () => null,
  status: () => ({ name: '', state: 'off', progress: null, detail: '', canFetch: false }),
  fetch() {
    throw new InvalidInputError('model', 'The bot of this server does without a text model: BOT=on and the built-in bot have one.');
  },
  close: async () => undefined,
};
