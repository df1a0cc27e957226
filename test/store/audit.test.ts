import Database from 'better-sqlite3';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ITSELF } from '../../server/domain/audit.ts';
import { openSqlite, temporaryFolder } from './open-sqlite.ts';

it('R114: no line of the audit log is changed or deleted, not even by SQL', async () => {
  const dataDir = await temporaryFolder();
  const store = await openSqlite({ dataDir });
  await store.audit.record(ITSELF, { action: 'identity.link_made', target: { kind: 'customer', id: 'alice' } });
  const sqlite = new Database(join(dataDir, 'minicom.sqlite'));
  onTestFinished(() => void sqlite.close());
  for (const change of ['DELETE FROM audit_entry', "UPDATE audit_entry SET actor_id = 'somebody'", 'UPDATE audit_entry SET at = 0 WHERE row = 1']) {
    expect(() => sqlite.exec(change), change).toThrow('The audit log is only appended to.');
  }
  expect(await store.audit.page({ action: null, limit: 10, after: null })).toMatchObject({ items: [{ node: { actor: { id: 'minicom' } } }] });
});
