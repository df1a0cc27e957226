import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The server and the process of its text model, a file each, for plain Node. Packages stay outside them, so that there is one copy of each (graphql above all). */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  publicDir: false,
  build: {
    ssr: true,
    outDir: 'dist/server',
    target: 'node20',
    sourcemap: true,
    minify: false,
    emptyOutDir: true,
    rolldownOptions: {
      input: { main: 'server/main.ts', 'model-child': 'server/bot/model/child.ts' },
      output: { entryFileNames: '[name].js' },
    },
  },
  ssr: { external: true },
});
