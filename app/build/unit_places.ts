// Where the communes lie, one small file for each province: label point and bounding box from the reference data. They
// make a map also where an operator has no boundaries to show.

import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const REGISTER = '2025';

/** Latitude and longitude of the label point; then west, south, east, north. Degrees. */
export type Place = [lat: number, lon: number, west: number, south: number, east: number, north: number];

/** The code of the province of each commune. */
function provinces(units: string): Map<string, string> {
  const rows = units.trim().split('\n').slice(1).map((line) => line.split(','));
  return new Map(rows.flatMap(([code, , , , , parent]): [string, string][] => (parent ? [[code!, parent]] : [])));
}

export function placesByProvince(units: string, facts: string): Map<string, { [unit: string]: Place }> {
  const parentOf = provinces(units);
  const found = new Map<string, { [unit: string]: Place }>();
  for (const line of facts.trim().split('\n').slice(1)) {
    const [code, , , lat, lon, west, south, east, north] = line.split(',');
    const province = parentOf.get(code!);
    const place = [lat, lon, west, south, east, north].map((one) => Math.round(Number(one) * 1e4) / 1e4) as Place;
    if (!province || !lat || !north || place.some(Number.isNaN)) continue;
    found.set(province, { ...found.get(province), [`${REGISTER}:${code}`]: place });
  }
  return found;
}

export function unitPlaces(units: string, facts: string): Plugin {
  return {
    name: 'unit-places',
    apply: 'build',
    generateBundle() {
      for (const [province, places] of placesByProvince(readFileSync(units, 'utf8'), readFileSync(facts, 'utf8'))) {
        this.emitFile({ type: 'asset', fileName: `units/places-${REGISTER}-${province}.json`, source: JSON.stringify(places) });
      }
    },
  };
}
