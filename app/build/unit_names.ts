// Names of the communes, one small file for each province, from the reference data of the domain.

import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const REGISTER = '2025';

export function namesByProvince(csv: string): Map<string, { [unit: string]: string }> {
  const provinces = new Map<string, { [unit: string]: string }>();
  const rows = csv.trim().split('\n').slice(1).map((line) => line.split(','));
  for (const [code, , , fullName, , parent] of rows) {
    const province = parent || code!;
    const names = provinces.get(province) ?? {};
    names[`${REGISTER}:${code}`] = fullName!;
    provinces.set(province, names);
  }
  return provinces;
}

export function unitNames(file: string): Plugin {
  return {
    name: 'unit-names',
    apply: 'build',
    generateBundle() {
      for (const [province, names] of namesByProvince(readFileSync(file, 'utf8'))) {
        this.emitFile({ type: 'asset', fileName: `units/${REGISTER}-${province}.json`, source: JSON.stringify(names) });
      }
    },
  };
}
