// The words of the scenarios: names of records and people, moments, and what fits what. tests/vectors/README.md of the
// repository explains them.

import { isoDate } from '../../src/shell/format';
import { derivedId, newId, type Value } from '../../src/sync';

export type Json = Value;
export type Members = { [name: string]: Json };

const UNITS: { [unit: string]: number } = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, y: 365 * 86_400_000 };
const VIET_NAM_MS = 7 * 3_600_000;

export function spanMs(text: string): number {
  const parts = /^([+-]?\d+)([smhdy])$/.exec(text);
  if (!parts) throw new Error(`no span of time: ${text}`);
  return Number(parts[1]) * UNITS[parts[2]!]!;
}

export class Words {
  private readonly began = Date.now();
  private readonly records = new Map<string, string>();
  private readonly people = new Map<string, string>();

  person(name: string, id: string): void {
    this.people.set(name, id);
  }

  record(name: string): string {
    const known = this.records.get(name) ?? newId(this.began + this.records.size);
    this.records.set(name, known);
    return known;
  }

  async derive(name: string, [collection, ...from]: string[]): Promise<void> {
    this.records.set(name, await derivedId(collection!, ...from.map((one) => String(this.said(one)))));
  }

  knows(id: Json | undefined): boolean {
    return [...this.records.values(), ...this.people.values()].includes(String(id));
  }

  private word(text: string): Json {
    const [kind, ...more] = text.split(':');
    const rest = more.join(':');
    if (kind === '$person') return this.people.get(rest)!;
    if (kind === '$time') return this.began + spanMs(rest);
    if (kind === '$date') return isoDate(this.began + spanMs(rest));
    if (kind === '$long') return 'x'.repeat(Number(rest));
    if (kind !== '$at') return this.record(text.slice(1));
    const [day, hours, minutes] = rest.split(':');
    const midnight = Math.floor((this.began + spanMs(day!) + VIET_NAM_MS) / UNITS['d']!) * UNITS['d']! - VIET_NAM_MS;
    return midnight + Number(hours) * UNITS['h']! + Number(minutes) * UNITS['m']!;
  }

  said(value: Json): Json {
    if (typeof value === 'string') return value.startsWith('$') ? this.word(value) : value;
    if (Array.isArray(value)) return value.map((one) => this.said(one));
    if (value === null || typeof value !== 'object') return value;
    const name = (key: string) => (key.length > 1 && key.startsWith('$') ? String(this.word(key)) : key);
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [name(key), this.said(member)]));
  }
}

function fitsInAnyOrder(expected: Json[], found: Json | undefined): boolean {
  if (!Array.isArray(found) || found.length !== expected.length) return false;
  const left = [...found];
  return expected.every((wanted) => {
    const at = left.findIndex((one) => fits(wanted, one));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

/** Whether what is expected is a part of what is found. */
export function fits(expected: Json, found: Json | undefined): boolean {
  if (expected === null) return found === undefined || found === null;
  if (found === undefined) return false;
  if (expected === '*') return found !== null;
  if (Array.isArray(expected)) {
    return Array.isArray(found) && found.length === expected.length && expected.every((one, at) => fits(one, found[at]));
  }
  if (typeof expected !== 'object') return expected === found;
  if (Array.isArray(expected['any_order'])) return fitsInAnyOrder(expected['any_order'], found);
  if (found === null || typeof found !== 'object' || Array.isArray(found)) return false;
  return Object.entries(expected).every(([name, member]) => fits(member, found[name]));
}
