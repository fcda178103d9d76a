// Where communes lie: fetched once for each province and kept for use without signal.

import { signal } from '@preact/signals';
import { client, state } from '../shell/model';

/** Label point; then west, south, east, north of the bounding box. Degrees. */
export type UnitPlace = [lat: number, lon: number, west: number, south: number, east: number, north: number];
type Provinces = { [province: string]: { [unit: string]: UnitPlace } };

const KEY = 'unit_places';
const provinces = signal<Provinces>({});

export const placeOf = (unit: string): UnitPlace | undefined =>
  Object.values(provinces.value).find((communes) => unit in communes)?.[unit];

/** All communes of the province of `unit`. */
export const neighboursOf = (unit: string): [unit: string, place: UnitPlace][] =>
  Object.entries(Object.values(provinces.value).find((communes) => unit in communes) ?? {});

export async function loadUnitPlaces(): Promise<void> {
  const known = { ...(await client.store.meta<Provinces>(KEY)) };
  const missing = state.value.streams.filter((stream) => /^\d+:\d{2}$/.test(stream) && !known[stream]);
  for (const province of missing) {
    const answer = await fetch(`/units/places-${province.replace(':', '-')}.json`).catch(() => undefined);
    if (answer?.ok) known[province] = await answer.json();
  }
  provinces.value = known;
  if (missing.length > 0) await client.store.setMeta(KEY, known);
}
