import { hex, utf8 } from './bytes';
import type { Value } from './types';

/** JSON in the form of RFC 8785: members sorted by UTF-16 units, numbers and texts as ECMAScript writes them. */
export function canonical(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key]!)}`);
  return `{${members.join(',')}}`;
}

export interface Attended {
  id: string;
  from: number;
  to: number;
}

/** What an approval stands for: SHA-256 over activity, person and times, so that an edit of these voids it. */
export async function approvalDigest(activity: string, person: string, attendance: Attended[]): Promise<string> {
  const sorted = [...attendance].sort((a, b) => (a.id < b.id ? -1 : 1));
  const text = canonical({ activity, person, attendance: sorted.map(({ id, from, to }) => [id, from, to]) });
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(text))));
}
