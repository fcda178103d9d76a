// What each list shows, by what it can be narrowed, and where its records have a screen.

import { isoDate } from '../shell/format';
import { text, unitName } from '../shell/model';
import { isInstant, recordTitle, valueText } from '../shell/names';
import { endOf, startOf } from '../screens/today';
import type { Shown, Value } from '../sync';
import { deskTexts } from './texts';

export interface List {
  columns: readonly string[];
  /** A field with few values, to choose one of them. */
  choice?: string;
  /** First and last day, as "2026-11-21". */
  days?(record: Shown): [first: string, last: string];
  screen?: string;
}

const dayOf = (time: number): string => (time ? isoDate(time) : '');
const onDay = (field: string) => (record: Shown): [string, string] => [text(record, field), text(record, field)];

export const LISTS = {
  activity: {
    columns: ['title', 'status', 'planned_start', 'held_start', 'held_end', 'organisation', 'place', 'contacts'],
    choice: 'status',
    days: (record) => [dayOf(startOf(record)), dayOf(endOf(record))],
    screen: 'activity',
  },
  participation: { columns: ['person', 'activity', 'minutes', 'state'], choice: 'state' },
  need: {
    columns: ['item', 'category', 'quantity', 'delivered', 'open', 'unit_of_measure', 'needed_by'],
    choice: 'category',
    days: onDay('needed_by'),
    screen: 'needs',
  },
  distribution: {
    columns: ['need', 'quantity', 'date', 'shortfall_reason', 'place'],
    days: onDay('date'),
  },
  person: { columns: ['full_name', 'home_organisation'], screen: 'people' },
  organisation: { columns: ['name', 'kind', 'parent'], choice: 'kind' },
  place: { columns: ['name', 'kind', 'village'], choice: 'kind' },
} satisfies { [collection: string]: List };

export type Listed = keyof typeof LISTS;
export const isListed = (collection: string | undefined): collection is Listed => collection !== undefined && collection in LISTS;

/** Kinds of places and organisations have words of the desk's own. */
export function wordOf(field: string, value: Value | undefined): string {
  const kinds: { [kind: string]: string } = deskTexts.value.kinds;
  return (field === 'kind' && kinds[String(value)]) || valueText(field, value);
}

function cell(record: Shown, field: string): string {
  if (field === 'item') return recordTitle(record);
  return record.fields[field] === undefined ? '' : wordOf(field, record.fields[field]);
}

export const cells = (record: Shown, list: List): string[] => [
  unitName(record.unit),
  ...list.columns.map((field) => cell(record, field)),
];

/** The same for a spreadsheet: what counts is a number there, without words around it. */
export const sheetCells = (record: Shown, list: List): (string | number)[] => [
  unitName(record.unit),
  ...list.columns.map((field) => {
    const value = record.fields[field];
    return typeof value === 'number' && !isInstant(field) ? value : cell(record, field);
  }),
];

/** What narrows a list beside its words; empty where it does not. */
export interface Filter {
  unit: string;
  choice: string;
  from: string;
  to: string;
}

export function passes(record: Shown, list: List, { unit, choice, from, to }: Filter): boolean {
  if (unit && record.unit !== unit) return false;
  if (choice && list.choice && record.fields[list.choice] !== choice) return false;
  if (!list.days || (!from && !to)) return true;
  const [first, last] = list.days(record);
  return first !== '' && (!from || last >= from) && (!to || first <= to);
}
