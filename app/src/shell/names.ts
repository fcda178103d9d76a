// How records and values are called on the screen.

import type { Shown, Value } from '../sync';
import { dateText, instantText, isoDateText, numberText } from './format';
import { texts } from './language';
import { find, text, unitName } from './model';

export const personName = (id: unknown): string => text(find(id), 'full_name') || texts.value.unknownPerson;

export const nameOf = (id: unknown): string => text(find(id), 'name');

type Words = { [key: string]: string };
const word = (words: Words, key: string): string => words[key] ?? key;

export const categoryName = (key: string): string => word(texts.value.categories, key);
export const measureName = (key: string): string => word(texts.value.measures, key);
export const fieldName = (key: string): string => word(texts.value.fields, key);
export const collectionName = (key: string): string => word(texts.value.collections, key);
export const reasonText = (code: string, detail = ''): string => (texts.value.codes as Words)[code] ?? (detail || code);

export const needTitle = (need: Shown): string => text(need, 'item') || categoryName(text(need, 'category'));

export const quantityText = (quantity: number, need: Shown | undefined): string =>
  `${numberText(quantity)} ${measureName(text(need, 'unit_of_measure'))}`.trim();

export const whereText = (record: Shown): string =>
  [nameOf(record.fields['place']), unitName(record.unit)].filter(Boolean).join(', ');

/** What a record is called where it is only mentioned. */
export function recordTitle(record: Shown): string {
  const own = text(record, 'title') || text(record, 'full_name') || text(record, 'name');
  if (own) return own;
  if (record.collection === 'need') return needTitle(record);
  if (record.collection === 'participation') {
    const activity = find(record.fields['activity']);
    return [personName(record.fields['person']), text(activity, 'title')].filter(Boolean).join(' – ');
  }
  const parent = find(record.fields['need'] ?? record.fields['activity'] ?? record.fields['participation']);
  const kind = collectionName(record.collection);
  return parent ? `${kind}: ${recordTitle(parent)}` : kind;
}

const INSTANTS = new Set(['planned_start', 'planned_end', 'held_start', 'held_end', 'from', 'to', 'at']);
const DATES = new Set(['needed_by', 'date', 'assessed_on', 'issued_on']);
export const isInstant = (field: string): boolean => INSTANTS.has(field);
export const isDate = (field: string): boolean => DATES.has(field);

export function valueText(field: string, value: Value | undefined): string {
  const t = texts.value;
  if (value === null || value === undefined || value === '') return t.none;
  if (typeof value === 'number') return INSTANTS.has(field) ? instantText(value) : numberText(value);
  if (typeof value === 'boolean') return value ? t.yes : t.no;
  if (Array.isArray(value)) return value.map((one) => valueText(field, one)).join(', ') || t.none;
  if (typeof value === 'object') {
    const parts = Object.entries(value).map(([key, one]) => `${word(t.bands, key)}: ${valueText(key, one)}`);
    return parts.join('; ');
  }
  if (DATES.has(field)) return isoDateText(value);
  if (/^\d+:\d{2,5}$/.test(value)) return unitName(value);
  const record = find(value);
  if (record) return recordTitle(record);
  for (const words of [t.categories, t.bands, t.bases, t.measures, t.activity.statuses, t.states] as Words[]) {
    if (words[value]) return words[value];
  }
  return value;
}

export const whenRecorded = (time: number | undefined): string => (time ? dateText(time) : '');
