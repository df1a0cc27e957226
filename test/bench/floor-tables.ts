/** Of the floor, and of the tutorial's server: what our own apps show of a conversation and a message, flat, so that all serve the same. */
export const FLOOR_TABLES = `
  CREATE TABLE IF NOT EXISTS conversation (customer_id TEXT PRIMARY KEY, name TEXT, head INTEGER NOT NULL, unread INTEGER NOT NULL, status TEXT NOT NULL,
    handler TEXT NOT NULL, last_text TEXT, last_at INTEGER, last_id TEXT, last_kind TEXT DEFAULT 'text', last_sender TEXT DEFAULT 'customer',
    id TEXT DEFAULT 'conversation', created_at INTEGER DEFAULT 1790000000000, seen_by_customer INTEGER DEFAULT 0, seen_by_agents INTEGER DEFAULT 0,
    waiting_since INTEGER DEFAULT 1790000000000, assignee TEXT, email TEXT, verified INTEGER DEFAULT 1, last_seen_at INTEGER DEFAULT 1790000000000) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS conversation_by_time ON conversation (last_at);
  CREATE TABLE IF NOT EXISTS message (customer_id TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, sender TEXT NOT NULL, name TEXT,
    text TEXT NOT NULL, created_at INTEGER NOT NULL, client_message_id TEXT, edited_at INTEGER, removed_at INTEGER, answer TEXT, PRIMARY KEY (customer_id, seq)) WITHOUT ROWID;
`;
