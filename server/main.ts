import { runCommand } from './cli.ts';

/** The process: one command, its exit code, and nothing that outlives it. */
process.exitCode = await runCommand(process.argv.slice(2));
