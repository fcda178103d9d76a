import { defineConfig } from 'vite';
import { bundleForServer } from './build/bundle';
import { unitNames } from './build/unit_names';

export default defineConfig({
  plugins: [unitNames('../domain/data/admin_units_2025.csv'), bundleForServer()],
  define: { __APP_VERSION__: JSON.stringify(process.env['npm_package_version'] ?? '') },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { main: 'index.html', sw: 'src/sw.ts' },
      output: {
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
  test: { include: ['tests/{sync,shell,build}/*.test.ts'] },
} as Parameters<typeof defineConfig>[0]);
