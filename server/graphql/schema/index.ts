import { builder } from '../builder.ts';
import './conversation.ts';
import './errors.ts';
import './events.ts';
import './message.ts';
import './people.ts';
import './sessions.ts';

export const schema = builder.toSchema();
