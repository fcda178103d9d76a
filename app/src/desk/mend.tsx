// Mending a change that the server keeps aside, before somebody else releases it: author, time and what it is about stay,
// only what it says is corrected.

import { useState } from 'preact/hooks';
import { instantOf, instantText, isoDateText } from '../shell/format';
import { communesOf, find, save, text, unitName } from '../shell/model';
import { collectionName, fieldName, isDate, isInstant, personName, reasonText, valueText } from '../shell/names';
import { goInstead } from '../shell/router';
import { say } from '../shell/toast';
import { typedDate, typedTime } from '../shell/typed';
import { Missing } from '../screens/missing';
import { useOnce } from '../screens/once';
import { wordsOf } from '../screens/returned';
import type { Change, Fields, Shown, Value } from '../sync';
import { ErrorSummary, Input, Radios, wholeNumber, type Errors } from '../ui/fields';
import { Facts, Page } from '../ui/page';
import { Select } from './select';
import { deskTexts } from './texts';

/** What a change does; the rest says where and when it was made, and stays. */
type Content = Pick<Change, 'set' | 'inc' | 'add' | 'remove' | 'delete' | 'reason'>;
type Typed = { [field: string]: string };

/** What stands now: as somebody has mended it, else as it was sent. */
export function contentOf(held: Shown): Content {
  const { set, inc, add, remove, delete: gone, reason } = (held.fields['mended'] ?? held.fields['change'] ?? {}) as Content;
  return { ...(set && { set }), ...(inc && { inc }), ...(add && { add }), ...(remove && { remove }), ...(gone && { delete: gone }), ...(reason && { reason }) };
}

const isReference = (value: Value): boolean => typeof value === 'string' && find(value) !== undefined;

/** Fields that can be typed here; what consists of several values is not among them. */
const canType = (value: Value): boolean => (typeof value === 'string' && !isReference(value)) || typeof value === 'number';

const typedOf = (field: string, value: Value): string => {
  if (typeof value === 'number') return isInstant(field) ? instantText(value) : String(value);
  return isDate(field) ? isoDateText(String(value)) : String(value);
};

/** "08:30 21/11/2026", also with the day first. */
function typedInstant(words: string): number | undefined {
  const [one = '', other = ''] = words.trim().split(/\s+/);
  const date = typedDate(other) ?? typedDate(one);
  const time = typedTime(one) ?? typedTime(other);
  return date && time ? instantOf(date, time) : undefined;
}

/** Nothing where it cannot be what the field holds. */
function valueOf(field: string, before: Value, words: string): Value | undefined {
  if (isInstant(field)) return typedInstant(words);
  if (isDate(field)) return typedDate(words);
  if (typeof before === 'number') return wholeNumber(words);
  return words.trim().normalize('NFC') || undefined;
}

const fieldId = (field: string): string => `mend-${field}`;

function mendedSet(set: Fields, typed: Typed): { set: Fields; errors: Errors } {
  const after: Fields = { ...set };
  const errors: Errors = {};
  for (const [field, words] of Object.entries(typed)) {
    const value = valueOf(field, set[field]!, words);
    if (value === undefined) errors[fieldId(field)] = deskTexts.value.quarantine.valueWrong(fieldName(field));
    else after[field] = value;
  }
  return { set: after, errors };
}

export function MendScreen({ id }: { id: string }) {
  const held = find(id);
  return held?.collection === 'quarantine' ? <MendForm held={held} /> : <Missing />;
}

function MendForm({ held }: { held: Shown }) {
  const t = deskTexts.value.quarantine;
  const content = contentOf(held);
  const set = content.set ?? {};
  const fields = Object.keys(set).filter((field) => canType(set[field]!));
  const [typed, setTyped] = useState<Typed>(() => Object.fromEntries(fields.map((field) => [field, typedOf(field, set[field]!)])));
  const [errors, setErrors] = useState<Errors>({});
  const [round, setRound] = useState(0);
  const fixed = Object.entries(set).filter(([field]) => !fields.includes(field));
  const submit = useOnce(async () => {
    const mended = mendedSet(set, typed);
    const found = mended.errors;
    const same = Object.keys(found).length === 0 && JSON.stringify(mended.set) === JSON.stringify(set);
    if (same) found[fieldId(fields[0] ?? '')] = t.nothingMended;
    setErrors(found);
    setRound((before) => before + 1);
    if (Object.keys(found).length > 0) return;
    const mend = { ...content, set: mended.set } as unknown as Value;
    await save([{ collection: 'quarantine', record: held.id, base: held.version, set: { mended: mend } }]);
    goInstead('quarantine');
    say(t.mendSaved);
  });
  return (
    <Page title={t.mendTitle} caption={collectionName(text(held, 'collection'))} back="quarantine" wide>
      <p class="call">
        <strong>{t.reason}: </strong>
        {reasonText(text(held, 'code'), text(held, 'detail'))}
      </p>
      <p>{t.mendHint(personName(held.fields['author']))}</p>
      <ErrorSummary errors={errors} round={round} />
      <form onSubmit={(event) => (event.preventDefault(), void submit())} noValidate>
        {fields.map((field) => (
          <MendField
            key={field}
            field={field}
            numeric={typeof set[field] === 'number' && !isInstant(field)}
            value={typed[field] ?? ''}
            onChange={(words) => setTyped((before) => ({ ...before, [field]: words }))}
            error={errors[fieldId(field)]}
          />
        ))}
        {fixed.length > 0 && <Facts rows={fixed.map(([field, value]): [string, string] => [fieldName(field), valueText(field, value)])} />}
        <button type="submit" class="primary">
          {t.mendSave}
        </button>
      </form>
    </Page>
  );
}

interface MendFieldProps {
  field: string;
  numeric: boolean;
  value: string;
  onChange(value: string): void;
  error: string | undefined;
}

function MendField({ field, numeric, value, onChange, error }: MendFieldProps) {
  const t = deskTexts.value.quarantine;
  const about = { id: fieldId(field), label: fieldName(field), value, error };
  const words = wordsOf(field);
  if (field === 'unit') {
    const communes = communesOf('coordinator', 'province_admin');
    const choices = (communes.includes(value) ? communes : [value, ...communes]).map((one) => ({ value: one, label: unitName(one) }));
    return <Select {...about} choices={choices} onChange={onChange} />;
  }
  if (words) {
    const choices = Object.entries(words).map(([word, name]) => ({ value: word, label: name }));
    return <Radios {...about} choices={choices} onChange={onChange} />;
  }
  const hint = isInstant(field) ? t.instantHint : isDate(field) ? deskTexts.value.lists.dateHint : undefined;
  return <Input {...about} hint={hint} numeric={numeric} onInput={onChange} />;
}

/** What somebody has changed about it, beside what was sent. */
export function mendedRows(held: Shown): [string, string][] {
  if (!held.fields['mended']) return [];
  const before = ((held.fields['change'] ?? {}) as Content).set ?? {};
  return Object.entries(contentOf(held).set ?? {})
    .filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field]))
    .map(([field, value]) => [fieldName(field), valueText(field, value)]);
}

