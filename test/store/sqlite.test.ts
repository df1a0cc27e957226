import { describeStore } from './contract.ts';
import { openSqlite } from './open-sqlite.ts';

describeStore('SQLite', openSqlite);
