// What a person sees: the server's record with the changes laid over it that the server has not shown yet.

import type { Change, Entry, Fields, StoredRecord, Value } from './types';

export interface Shown {
  id: string;
  collection: string;
  /** What an edit that begins now names as its base. */
  version: number;
  unit: string;
  fields: Fields;
  createdBy?: string;
  createdAt?: number;
  /** Something of it is on this phone only. */
  pending?: boolean;
}

function withElements(value: Value | undefined, add: string[] = [], remove: string[] = []): Value {
  const elements = new Set(Array.isArray(value) ? (value as string[]) : []);
  for (const element of remove) elements.delete(element);
  for (const element of add) elements.add(element);
  return [...elements].sort();
}

/** The fields and unit after one change; they are changed in place. */
export function layOver(change: Change, target: { fields: Fields; unit: string }): void {
  for (const [name, value] of Object.entries(change.set ?? {})) {
    if (name === 'unit') target.unit = String(value);
    else if (value === null) delete target.fields[name];
    else target.fields[name] = value;
  }
  for (const [name, by] of Object.entries(change.inc ?? {})) {
    target.fields[name] = Number(target.fields[name] ?? 0) + by;
  }
  for (const name of new Set([...Object.keys(change.add ?? {}), ...Object.keys(change.remove ?? {})])) {
    target.fields[name] = withElements(target.fields[name], change.add?.[name], change.remove?.[name]);
  }
}

/** All records as they are shown; `entries` in the order of saving. */
export function overlay(records: Iterable<StoredRecord>, entries: Iterable<Entry>, me?: string): Map<string, Shown> {
  const shown = new Map<string, Shown>();
  for (const record of records) shown.set(record.id, record);
  const own = new Set<string>(); // copies that may be changed; all others are the stored records themselves
  for (const { change, reflected, ackedAt } of entries) {
    if (reflected) continue;
    const id = change.record;
    if (change.delete) {
      shown.delete(id);
      continue;
    }
    const before = shown.get(id);
    const created = { id, collection: change.collection, version: 0, unit: '', fields: {} };
    const made = me ? { ...created, createdBy: me, createdAt: change.at } : created;
    const target: Shown = before ? (own.has(id) ? before : { ...before, fields: { ...before.fields } }) : made;
    own.add(id);
    shown.set(id, target);
    layOver(change, target);
    if (ackedAt === undefined) target.pending = true;
  }
  return shown;
}
