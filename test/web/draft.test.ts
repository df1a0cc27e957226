import { describe, expect, it } from 'vitest';
import { afterHandler, afterText, withDraft } from '../../web/src/log/draft.ts';

const draft = withDraft(null, { turnId: 't', afterSeq: 4, text: 'I am s' });

describe('a bot\'s draft', () => {
  it('grows, and goes when it stops', () => {
    expect(withDraft(draft, { turnId: 't', afterSeq: 4, text: 'I am sorry' })?.text).toBe('I am sorry');
    expect(withDraft(draft, { turnId: 't', afterSeq: 4, text: null })).toBeNull();
  });

  it('is over with a later message of the bot, not with an earlier one', () => {
    expect(afterText(draft, { seq: 5, isBots: true })).toBeNull();
    expect(afterText(draft, { seq: 3, isBots: true })).toBe(draft);
    expect(afterText(draft, { seq: 5, isBots: false })).toBe(draft);
  });

  it('is stopped when a person takes over, and stays to show it until somebody says something or the bot is back', () => {
    const stopped = afterHandler(draft, 'AGENT');
    expect(stopped).toMatchObject({ text: 'I am s', isStopped: true });
    expect(withDraft(stopped, { turnId: 't', afterSeq: 4, text: null })).toBe(stopped);
    expect(afterText(stopped, { seq: 5, isBots: false })).toBeNull();
    expect(afterHandler(stopped, 'BOT')).toBeNull();
    expect(afterHandler(draft, 'BOT')).toBe(draft);
  });
});
