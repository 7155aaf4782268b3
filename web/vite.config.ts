import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { fontFiles } from './scripts/fonts.ts';

// What stands for API, Cognito and S3 in development: `npm run mock`.
const mock = process.env.SIGHTLINE_MOCK ?? 'http://localhost:8090';

export default defineConfig({
  plugins: [react(), fontFiles()],
  build: {
    target: 'es2022',
    sourcemap: false,
    // The content-security policy allows files of our own origin only: no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
  },
  server: {
    port: 5173,
    proxy: Object.fromEntries(
      ['/config.json', '/api', '/cognito', '/s3'].map((path) => [path, { target: mock }]),
    ),
  },
  test: {
    environment: 'node',
    include: ['src/**/*.test.{ts,tsx}'],
    // Only what never ends takes so long; a busy machine takes far longer than a quiet one.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    server: { deps: { inline: [/@cloudscape-design/] } },
  },
});
