// What the map of needs shows: one point for each commune, or within one commune for each place.

import { all, find, text, unitName } from '../shell/model';
import { nameOf } from '../shell/names';
import { openOf } from '../screens/needs';
import type { Shown, Value } from '../sync';
import { placeOf } from './unit_places';

export interface NeedPoint {
  key: string;
  name: string;
  unit: string;
  /** Degrees; nothing where nobody has said where it lies. */
  at: { lat: number; lon: number } | undefined;
  needs: Shown[];
  urgent: boolean;
}

const MICRO = 1e-6;
const URGENT = 1;

function degrees(position: Value | undefined): { lat: number; lon: number } | undefined {
  const { lat, lon } = (position ?? {}) as { lat?: number; lon?: number };
  return typeof lat === 'number' && typeof lon === 'number' ? { lat: lat * MICRO, lon: lon * MICRO } : undefined;
}

function labelOf(unit: string): { lat: number; lon: number } | undefined {
  const place = placeOf(unit);
  return place && { lat: place[0], lon: place[1] };
}

function point(key: string, name: string, unit: string, at: NeedPoint['at'], needs: Shown[]): NeedPoint {
  return { key, name, unit, at, needs, urgent: needs.some((need) => need.fields['priority'] === URGENT) };
}

/** Open needs of these communes. Many communes are drawn as a point each, one commune by its places. */
export function needPoints(units: readonly string[], elsewhere: string): NeedPoint[] {
  const wanted = new Set(units);
  const open = all('need').filter((need) => wanted.has(need.unit) && openOf(need) > 0);
  const byPlace = units.length === 1;
  const groups = new Map<string, Shown[]>();
  for (const need of open) {
    const key = byPlace ? text(need, 'place') : need.unit;
    groups.set(key, [...(groups.get(key) ?? []), need]);
  }
  return [...groups].map(([key, needs]) => {
    const unit = needs[0]!.unit;
    if (!byPlace) return point(key, unitName(unit), unit, labelOf(unit), needs);
    const at = degrees(find(key)?.fields['position']) ?? labelOf(unit);
    return point(key || unit, nameOf(key) || elsewhere, unit, at, needs);
  });
}
