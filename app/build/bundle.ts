// Gives the service worker its list of files, and each file its compressed forms.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const WORKER = 'sw.js';
const PAGE = 'index.html';
const COMPRESSIBLE = /\.(html|js|css|json|svg|webmanifest)$/;
const SMALLEST = 256;

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile());

function listFor(folder: string): { version: string; files: string[] } {
  const hash = createHash('sha256');
  const names = filesIn(folder)
    .filter((name) => name !== WORKER && !name.startsWith('units/') && !/\.(br|gz)$/.test(name))
    .sort();
  for (const name of names) hash.update(name).update(readFileSync(join(folder, name)));
  const files = names.map((name) => (name === PAGE ? '/' : `/${name}`));
  return { version: hash.digest('hex').slice(0, 12), files };
}

function compress(file: string): void {
  const plain = readFileSync(file);
  if (!COMPRESSIBLE.test(file) || plain.length < SMALLEST) return;
  writeFileSync(`${file}.gz`, gzipSync(plain, { level: 9 }));
  const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  writeFileSync(`${file}.br`, brotliCompressSync(plain, { params: quality }));
}

export function bundleForServer(): Plugin {
  let folder = '';
  return {
    name: 'bundle-for-server',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
      if (config.build.outDir.startsWith('/')) folder = config.build.outDir;
    },
    closeBundle() {
      const worker = join(folder, WORKER);
      const { version, files } = listFor(folder);
      const code = readFileSync(worker, 'utf8')
        .replaceAll('__VERSION__', JSON.stringify(version))
        .replaceAll('__FILES__', JSON.stringify(files));
      writeFileSync(worker, code);
      for (const name of filesIn(folder)) compress(join(folder, name));
    },
  };
}
