// What a phone has to fetch before the first screen, read from the built bundle (npm run build).

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { namesByProvince } from '../../build/unit_names.ts';

const BUNDLE = process.env['SUOI_APP_BUNDLE'] ?? 'dist';
const KB = 1000;

/** As it is sent; the smallest files are not worth compressing. */
function gzip(path: string): number {
  const plain = join(BUNDLE, path);
  return statSync(existsSync(`${plain}.gz`) ? `${plain}.gz` : plain).size;
}

test('the first screen takes at most 40 kB and four requests', () => {
  const page = readFileSync(join(BUNDLE, 'index.html'), 'utf8');
  const files = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, path]) => path!);
  expect(files.length + 1).toBeLessThanOrEqual(4);
  const bytes = gzip('index.html') + files.reduce((sum, path) => sum + gzip(path), 0);
  console.log(`first screen: ${bytes} bytes gzip in ${files.length + 1} requests`);
  expect(bytes).toBeLessThanOrEqual(40 * KB);
});

test('what a role loads later is at most 60 kB', () => {
  for (const name of readdirSync(join(BUNDLE, 'assets')).filter((one) => one.endsWith('.js'))) {
    expect(gzip(`assets/${name}`)).toBeLessThanOrEqual(60 * KB);
  }
});

test('the worker knows every file that the app needs', () => {
  const worker = readFileSync(join(BUNDLE, 'sw.js'), 'utf8');
  for (const name of readdirSync(join(BUNDLE, 'assets')).filter((one) => /\.(js|css)$/.test(one))) {
    expect(worker).toContain(`/assets/${name}`);
  }
  expect(worker).not.toMatch(/__(FILES|SECOND_FILES|LATE_FILES|VERSION)__/);
  expect(worker).not.toMatch(/^import|^export/m);
});

test('communes have their names, by province', () => {
  const csv = readFileSync('../domain/data/admin_units_2025.csv', 'utf8');
  const laiChau = namesByProvince(csv).get('12')!;
  expect(laiChau['2025:03442']).toBe('Xã Pa Ủ');
  expect(laiChau['2025:12']).toBe('Tỉnh Lai Châu');
});
