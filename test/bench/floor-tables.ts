/** Of the floor, and of the tutorial's server. */
export const FLOOR_TABLES = `
  CREATE TABLE IF NOT EXISTS conversation (customer_id TEXT PRIMARY KEY, name TEXT, head INTEGER NOT NULL, unread INTEGER NOT NULL, status TEXT NOT NULL,
    handler TEXT NOT NULL, last_text TEXT, last_at INTEGER) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS conversation_by_time ON conversation (last_at);
  CREATE TABLE IF NOT EXISTS message (customer_id TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, sender TEXT NOT NULL, name TEXT,
    text TEXT NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY (customer_id, seq)) WITHOUT ROWID;
`;
