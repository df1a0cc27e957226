import vue from '@vitejs/plugin-vue';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [vue()],
  // Its version for browsers has the browser parse HTML, which the policy of the pages forbids.
  resolve: { alias: { 'decode-named-character-reference': createRequire(import.meta.url).resolve('decode-named-character-reference') } },
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    manifest: true,
    // The policy of the pages allows no inline code and no data: addresses.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // What both pages load comes in two pieces instead of a dozen: fewer requests, and it packs better.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'vue', test: /node_modules\/(?:@vue|vue)\// },
            { name: 'conversation', test: /src\/(?:conversation|graphql\/(?!httpWire)|log|ui\/(?:ActionMenu|Avatar|ConnectionBanner|EmptyState|Icon|icons|time|useNow))/ },
          ],
        },
      },
    },
  },
});
