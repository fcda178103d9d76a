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
  pending: boolean;
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

const seen = (record: StoredRecord): Shown => ({
  id: record.id,
  collection: record.collection,
  version: record.version,
  unit: record.unit,
  fields: { ...record.fields },
  pending: false,
  ...(record.createdBy && { createdBy: record.createdBy }),
  ...(record.createdAt && { createdAt: record.createdAt }),
});

/** All records as they are shown; `entries` in the order of saving. */
export function overlay(records: Iterable<StoredRecord>, entries: Iterable<Entry>, me?: string): Map<string, Shown> {
  const shown = new Map<string, Shown>();
  for (const record of records) shown.set(record.id, seen(record));
  for (const { change, reflected, ackedAt } of entries) {
    if (reflected) continue;
    if (change.delete) {
      shown.delete(change.record);
      continue;
    }
    let target = shown.get(change.record);
    if (!target) {
      target = { id: change.record, collection: change.collection, version: 0, unit: '', fields: {}, pending: false };
      if (me) Object.assign(target, { createdBy: me, createdAt: change.at });
      shown.set(change.record, target);
    }
    layOver(change, target);
    if (ackedAt === undefined) target.pending = true;
  }
  return shown;
}
