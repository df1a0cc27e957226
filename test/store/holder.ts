import { openSqliteStore } from '../../server/store/sqlite/open.ts';

/** A process of its own that holds the store in the folder it is given, until it is killed. */
await openSqliteStore({ dataDir: process.argv[2] ?? '', clock: { now: () => Date.now() } });
process.stdout.write('open\n');
setInterval(() => undefined, 60_000);
