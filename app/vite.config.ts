import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';
import { bundleForServer } from './build/bundle.ts';
import { unitNames } from './build/unit_names.ts';
import { unitPlaces } from './build/unit_places.ts';

const UNITS = '../domain/data/admin_units_2025.csv';
const FACTS = '../domain/data/admin_unit_facts_2025.csv';

const FIRST =
  /node_modules\/(?!uqr|zxing-wasm|tus-js-client|js-base64|url-parse|querystringify|requires-port|write-excel-file|fflate)|src\/(shell|ui)\/|src\/sync\/(?!carry|receipt|background|session)|src\/texts\/vi(_words)?\.ts|src\/screens\/(join|missing|profiles|needs|participations|record|today)\.|preload-helper/;

/** All of it in one file, but for what speaks tus. */
const PHOTOS = /src\/photos\/(?!upload)|src\/texts\/vi_photos\.ts/;

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

export default defineConfig({
  plugins: [unitNames(UNITS), unitPlaces(UNITS, FACTS), bundleForServer()],
  define: { __APP_VERSION__: JSON.stringify(process.env['SUOI_APP_VERSION'] ?? version) },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { main: 'index.html' },
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        // What the first screen needs is one file; otherwise each set of sharers would get its own.
        codeSplitting: { groups: [{ name: 'core', test: FIRST }, { name: 'photos', test: PHOTOS }] },
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
  test: {
    // The journeys need the server's binary and a built bundle.
    include: [process.env['SUOI_BINARY'] ? 'tests/**/*.test.ts' : 'tests/{sync,shell,build,desk,checking,screens}/*.test.ts'],
    maxWorkers: 1,
    // A busy machine is no fault; what a person waits for is measured in tests/journeys/budgets.test.ts.
    testTimeout: 60_000,
  },
} as Parameters<typeof defineConfig>[0]);
