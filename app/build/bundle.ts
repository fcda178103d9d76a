// Gives the service worker its list of files, and each file its compressed forms.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build, type Plugin } from 'vite';

const WORKER = 'sw.js';
const PAGE = 'index.html';
const COMPRESSIBLE = /\.(html|js|css|json|svg|wasm|webmanifest)$/;
/** What a volunteer's phone does without at first, the desk, signing in at it, devices and roles: it follows once the rest is there. */
const SECOND = /^assets\/(desk|en|session|access)[-_]/;
/** Large and for few: kept on the phone from the first use on, not with everything else. */
const LATE = /^assets\/(zxing|upload|xlsx)/;
const SMALLEST = 256;
/** From here on the best compression takes many seconds and gains little. */
const LARGE = 262_144;
const LARGE_QUALITY = 9;

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile());

function listFor(folder: string): { version: string; files: string[]; second: string[]; late: string[] } {
  const hash = createHash('sha256');
  const names = filesIn(folder)
    .filter((name) => name !== WORKER && !name.startsWith('units/') && !/\.(br|gz)$/.test(name))
    .sort();
  for (const name of names) hash.update(name).update(readFileSync(join(folder, name)));
  const paths = (wanted: string[]) => wanted.map((name) => (name === PAGE ? '/' : `/${name}`));
  const late = names.filter((name) => LATE.test(name));
  const second = names.filter((name) => SECOND.test(name));
  const files = names.filter((name) => !LATE.test(name) && !SECOND.test(name));
  return { version: hash.digest('hex').slice(0, 12), files: paths(files), second: paths(second), late: paths(late) };
}

function compress(file: string): void {
  const plain = readFileSync(file);
  if (!COMPRESSIBLE.test(file) || plain.length < SMALLEST) return;
  writeFileSync(`${file}.gz`, gzipSync(plain, { level: 9 }));
  const effort = plain.length > LARGE ? LARGE_QUALITY : constants.BROTLI_MAX_QUALITY;
  const quality = { [constants.BROTLI_PARAM_QUALITY]: effort };
  writeFileSync(`${file}.br`, brotliCompressSync(plain, { params: quality }));
}

/** The worker is one file of its own: it must not share pieces with screens, which it cannot run. */
async function buildWorker(folder: string): Promise<void> {
  await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: {
      target: 'es2022',
      outDir: folder,
      emptyOutDir: false,
      reportCompressedSize: false,
      rolldownOptions: { input: 'src/sw.ts', output: { entryFileNames: WORKER, codeSplitting: false } },
    },
  });
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
    async closeBundle() {
      await buildWorker(folder);
      const worker = join(folder, WORKER);
      const { version, files, second, late } = listFor(folder);
      const code = readFileSync(worker, 'utf8')
        .replaceAll('__VERSION__', JSON.stringify(version))
        .replaceAll('__FILES__', JSON.stringify(files))
        .replaceAll('__SECOND_FILES__', JSON.stringify(second))
        .replaceAll('__LATE_FILES__', JSON.stringify(late));
      writeFileSync(worker, code);
      for (const name of filesIn(folder)) compress(join(folder, name));
    },
  };
}
