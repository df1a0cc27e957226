/** Loaded into each server that is measured (`node --import`): answers over the IPC channel what the process has used so far, and keeps nothing alive. */
process.on('message', (what) => {
  if (what === 'collect') globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMicros: user + system, rssBytes: process.memoryUsage.rss() });
});
process.channel?.unref();
