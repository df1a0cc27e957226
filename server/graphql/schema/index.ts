import { builder } from '../builder.ts';
import { limited } from '../limited.ts';
import './articles.ts';
import './bot.ts';
import './conversation.ts';
import './errors.ts';
import './events.ts';
import './message.ts';
import './people.ts';
import './sessions.ts';

export const schema = limited(builder.toSchema());
