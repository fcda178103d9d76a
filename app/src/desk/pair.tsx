// A case about one or two records as a whole: what they say side by side, with only the differences marked.

import { useState } from 'preact/hooks';
import { instantText } from '../shell/format';
import { find, save, text, unitName } from '../shell/model';
import { fieldName, personName, recordTitle, valueText } from '../shell/names';
import { goInstead } from '../shell/router';
import { say } from '../shell/toast';
import type { Shown } from '../sync';
import { ErrorSummary, Input, type Errors } from '../ui/fields';
import { mayDecide } from './case';
import { deskTexts } from './texts';

type Line = [label: string, values: string[]];

function lines(records: Shown[]): Line[] {
  const t = deskTexts.value.cases;
  const fields = [...new Set(records.flatMap((record) => Object.keys(record.fields)))];
  const about: Line[] = [
    ...(fields.includes('title') ? [] : [[t.subject, records.map(recordTitle)] as Line]),
    [fieldName('unit'), records.map(({ unit }) => unitName(unit))],
    [t.by, records.map(({ createdBy }) => personName(createdBy))],
    [t.at, records.map(({ createdAt }) => (createdAt ? instantText(createdAt) : ''))],
  ];
  const rest = fields.map((field): Line => [
    fieldName(field),
    records.map((record) => valueText(field, record.fields[field])),
  ]);
  return [...about, ...rest];
}

function Compared({ records }: { records: Shown[] }) {
  const t = deskTexts.value.cases;
  return (
    <table>
      {records.length > 1 && (
        <thead>
          <tr>
            <td />
            {records.map((record, index) => (
              <th scope="col" key={record.id}>
                {t.version(String.fromCharCode(65 + index))}
              </th>
            ))}
          </tr>
        </thead>
      )}
      <tbody>
        {lines(records).map(([label, values]) => {
          const differs = new Set(values).size > 1;
          return (
            <tr key={label} class={differs ? 'differs' : undefined}>
              <th scope="row">
                {label}
                {differs && <span class="tag warn">{t.different}</span>}
              </th>
              {values.map((value, index) => (
                <td key={index}>{value}</td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

export function Pair({ one, subjects, closed }: { one: Shown; subjects: string[]; closed: boolean }) {
  const t = deskTexts.value.cases;
  const [why, setWhy] = useState('');
  const [errors, setErrors] = useState<Errors>({});
  const [round, setRound] = useState(0);
  const records = subjects.map(find).filter((record): record is Shown => record !== undefined);
  const submit = async (event: Event) => {
    event.preventDefault();
    setErrors(why.trim() ? {} : { why: t.whyMissing });
    setRound(round + 1);
    if (!why.trim()) return;
    const how = one.fields['kind'] === 'possible_duplicate' ? 'keep_both' : 'as_it_is';
    const set = { state: 'resolved', how, why: why.trim() };
    await save([{ collection: 'case', record: one.id, base: one.version, set }]);
    goInstead('cases');
    say(t.resolved);
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <ErrorSummary errors={errors} round={round} />
      {closed && text(one, 'why') && <p>{t.because(text(one, 'why'))}</p>}
      {records.length > 0 && <Compared records={records} />}
      {mayDecide() && !closed && (
        <>
          <Input id="why" label={t.why} value={why} onInput={setWhy} error={errors['why']} />
          <button type="submit" class="primary">
            {one.fields['kind'] === 'possible_duplicate' ? t.keepBoth : t.looked}
          </button>
        </>
      )}
    </form>
  );
}
