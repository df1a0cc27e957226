import { builder } from '../builder.ts';
import { limited } from '../limited.ts';
import './account.ts';
import './articles.ts';
import './audit.ts';
import './bot.ts';
import './conversation.ts';
import './errors.ts';
import './events.ts';
import './keys.ts';
import './message.ts';
import './people.ts';
import './sessions.ts';
import './team.ts';
import './tokens.ts';

export const schema = limited(builder.toSchema());
