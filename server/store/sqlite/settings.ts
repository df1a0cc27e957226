import { eq } from 'drizzle-orm';
import type { Settings } from '../../domain/ports/bot.ts';
import { recordAct } from './audit.ts';
import type { Db } from './connection.ts';
import type { StoreContext } from './context.ts';
import { given, givenRaw, wholeRow } from './rows.ts';
import { setting } from './schema.ts';

/** What the team has set while the server runs. */
export function createSettings(context: StoreContext): Settings {
  const { clock, prepared, read, write } = context;
  return {
    read: (key) => read(() => prepared(prepareSettings).value.get({ key })?.value ?? null),
    write: (by, key, decide) => write(() => {
      const { value: find, forget, keep } = prepared(prepareSettings);
      const before = find.get({ key })?.value ?? null;
      const value = decide(before);
      if (value === before) return;
      recordAct(context, by, { action: 'setting.changed', target: { kind: 'setting', id: key } });
      if (value === null) forget.run({ key });
      else keep.run({ key, value, updatedAt: clock.now() });
    }),
  };
}

export function prepareSettings(db: Db) {
  return {
    value: db.select({ value: setting.value }).from(setting).where(eq(setting.key, given('key'))).prepare(),
    keep: db.insert(setting).values(wholeRow(setting))
      .onConflictDoUpdate({ target: setting.key, set: { value: givenRaw('value'), updatedAt: givenRaw('updatedAt') } }).prepare(),
    forget: db.delete(setting).where(eq(setting.key, given('key'))).prepare(),
  };
}
