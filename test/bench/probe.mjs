/** Loaded into each server that is measured (`node --import`): answers over the IPC channel what the process has used so far, and keeps nothing alive. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 5;
let loop = null;

process.on('message', (what) => {
  if (what === 'collect') globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  // What it measures includes the pause between two looks.
  const loopP99Ms = loop && Math.max(0, loop.percentile(99) / 1e6 - RESOLUTION_MS);
  if (what === 'watch') {
    loop ??= monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    loop.enable();
    loop.reset();
  }
  const { rss, heapUsed } = process.memoryUsage();
  process.send?.({ cpuMicros: user + system, rssBytes: rss, heapBytes: heapUsed, resources: process.getActiveResourcesInfo().length, loopP99Ms });
});
process.channel?.unref();
