// Something that came back: why, what was written, and the field to mend.

import { useState } from 'preact/hooks';
import { instantText } from '../shell/format';
import { texts } from '../shell/language';
import { save } from '../shell/model';
import { collectionName, fieldName, reasonText, valueText } from '../shell/names';
import { putAway, returnedItems, type Returned } from '../shell/returned';
import { goInstead } from '../shell/router';
import { say } from '../shell/toast';
import type { Change, Fields, Value } from '../sync';
import { ErrorSummary, Input, Radios, wholeNumber, type Errors } from '../ui/fields';
import { Facts, Page } from '../ui/page';
import { Missing } from './missing';
import { useOnce } from './once';

/** Faults that the author can mend by another value; the others need somebody else. */
const MENDABLE = new Set(['bad_value', 'required_missing', 'unit_unknown']);

const isPlain = (value: Value | undefined): boolean =>
  value === undefined || value === null || typeof value === 'string' || typeof value === 'number';

const NUMBERS = new Set(['quantity', 'count', 'priority', 'tally']);

/** Fields that know only certain words, with how these are called. */
export const wordsOf = (field: string): { [value: string]: string } | undefined => {
  const t = texts.value;
  const known: { [field: string]: { [value: string]: string } } = {
    category: t.categories,
    unit_of_measure: t.measures,
    basis: t.bases,
    age_band: t.bands,
  };
  return known[field];
};

const mended = (change: Change, field: string, typed: string): Fields => ({
  ...change.set,
  [field]: NUMBERS.has(field) ? (wholeNumber(typed) ?? typed) : typed,
});

export function ReturnedScreen({ item: key }: { item: string }) {
  const t = texts.value.returned;
  const item = returnedItems().find((one) => one.key === key);
  if (!item) return <Missing />;
  const { change, code, detail, field } = item;
  const leave = async () => {
    goInstead('sync');
    await putAway(item);
  };
  const rows = Object.entries(change.set ?? {}).map(([name, value]): [string, string] => [
    fieldName(name),
    valueText(name, value),
  ]);
  const mendable = MENDABLE.has(code) && field !== '' && isPlain(change.set?.[field]);
  return (
    <Page title={`${t.title}: ${collectionName(change.collection)}`} back="sync">
      <p class="call">
        <strong>{t.why}: </strong>
        {reasonText(code, detail)}
      </p>
      {mendable ? <Repair item={item} onDone={leave} /> : <p>{t.cannot}</p>}
      <h2>{t.what}</h2>
      <p>{instantText(change.at)}</p>
      <Facts rows={rows} />
      <p class="hint">{t.putAwayHint}</p>
      <button type="button" onClick={() => void leave()}>
        {t.putAway}
      </button>
    </Page>
  );
}

function Repair({ item, onDone }: { item: Returned; onDone(): Promise<void> }) {
  const t = texts.value.returned;
  const { change, field } = item;
  const [value, setValue] = useState(String(change.set?.[field] ?? ''));
  const [errors, setErrors] = useState<Errors>({});
  const [round, setRound] = useState(0);
  const why = reasonText(item.code, item.detail);
  const label = `${t.fixedHere}: ${fieldName(field)}`;
  const choices = wordsOf(field);
  const submit = useOnce(async () => {
    const same = value.trim() === '' || value.trim() === String(change.set?.[field] ?? '');
    setErrors(same ? { mend: why } : {});
    setRound(round + 1);
    if (same) return;
    const { collection, record, base, add, remove, inc } = change;
    const rest = { ...(add && { add }), ...(remove && { remove }), ...(inc && { inc }) };
    await save([{ collection, record, base, set: mended(change, field, value.trim()), ...rest }]);
    await onDone();
    say(t.done);
  });
  return (
    <form onSubmit={(event) => (event.preventDefault(), void submit())} noValidate>
      <ErrorSummary errors={errors} round={round} />
      {choices ? (
        <Radios
          id="mend"
          label={label}
          value={value}
          choices={Object.entries(choices).map(([word, name]) => ({ value: word, label: name }))}
          onChange={setValue}
          error={why}
        />
      ) : (
        <Input id="mend" label={label} value={value} onInput={setValue} error={why} />
      )}
      <button type="submit" class="primary">
        {t.repair}
      </button>
    </form>
  );
}
