import { describe, expect, it } from 'vitest';
import { afterBotMessage, afterHandler, withDraft } from '../../web/src/log/draft.ts';

const draft = withDraft(null, { turnId: 't', afterSeq: 4, text: 'I am s' });

describe('a bot\'s draft', () => {
  it('grows, and goes when it stops', () => {
    expect(withDraft(draft, { turnId: 't', afterSeq: 4, text: 'I am sorry' })?.text).toBe('I am sorry');
    expect(withDraft(draft, { turnId: 't', afterSeq: 4, text: null })).toBeNull();
  });

  it('is over with a later message of the bot, not with an earlier one', () => {
    expect(afterBotMessage(draft, 5)).toBeNull();
    expect(afterBotMessage(draft, 3)).toBe(draft);
  });

  it('is stopped when a person takes over, and stays to show it until the bot is back', () => {
    const stopped = afterHandler(draft, 'AGENT');
    expect(stopped).toMatchObject({ text: 'I am s', isStopped: true });
    expect(withDraft(stopped, { turnId: 't', afterSeq: 4, text: null })).toBe(stopped);
    expect(afterHandler(stopped, 'BOT')).toBeNull();
    expect(afterHandler(draft, 'BOT')).toBe(draft);
  });
});
