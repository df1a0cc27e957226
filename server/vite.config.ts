import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The server as one file for plain Node. Packages stay outside it, so that there is one copy of each (graphql above all). */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  publicDir: false,
  build: {
    ssr: 'server/main.ts',
    outDir: 'dist/server',
    target: 'node20',
    sourcemap: true,
    minify: false,
    emptyOutDir: true,
  },
  ssr: { external: true },
});
