import { describe } from 'vitest';
import { describeArticles } from './contract/articles.ts';
import { describeBotTurns } from './contract/bot-turns.ts';
import { describeAccounts } from './contract/accounts.ts';
import { describeChange } from './contract/change.ts';
import { describeLists } from './contract/lists.ts';
import { describeMerge } from './contract/merge.ts';
import { describeModel } from './contract/model.ts';
import { describePeople } from './contract/people.ts';
import { describeStreams } from './contract/streams.ts';
import type { Open } from './contract/world.ts';

/** What every store must do, whatever it keeps its rows in. `open` gives an empty store, and closes it when the test is over. */
export function describeStore(name: string, open: Open): void {
  describe(`${name}: the store's contract`, () => {
    describeChange(open);
    describeStreams(open);
    describeLists(open);
    describePeople(open);
    describeAccounts(open);
    describeMerge(open);
    describeArticles(open);
    describeBotTurns(open);
    describeModel(open);
  });
}
