import { createHost } from '../../../server/bot/model/host.ts';
import { promptFor } from '../../../server/bot/model/prompt.ts';

/** `orphan <folder>`: a server of which nothing is left but its model, whose process it prints. It waits to be killed. */
const host = createHost({ name: 'tiny', folder: process.argv[2] ?? '', priority: 'low', log: { warn: () => undefined } });
const asked = { maxMs: 60_000, onText: () => undefined, signal: new AbortController().signal };
await host.generate(promptFor({ text: 'Hello there?', history: [] }, [], host.limits), asked);
console.log(host.pid());
