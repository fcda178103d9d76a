// Values of one record that people wrote without knowing of each other: side by side, chosen field by field.

import { useState } from 'preact/hooks';
import { instantText } from '../shell/format';
import { save } from '../shell/model';
import { fieldName, personName, valueText } from '../shell/names';
import { goInstead } from '../shell/router';
import { say } from '../shell/toast';
import { canonical, type Edit, type Fields, type Shown, type Value } from '../sync';

import { ErrorSummary, Input, Radios, type Errors } from '../ui/fields';
import { mayDecide } from './case';
import { deskTexts } from './texts';

interface Candidate {
  value: Value;
  person: string;
  device: string;
  at: number;
}

const candidatesOf = (one: Shown): Candidate[] => (one.fields['candidates'] as unknown as Candidate[] | undefined) ?? [];
const fieldOf = (one: Shown): string => String(one.fields['field']);
const letter = (index: number): string => String.fromCharCode(65 + index);

/** A group of fields has a structure as its value; it is written member by member. */
function written(field: string, value: Value): Fields {
  const group = value !== null && typeof value === 'object' && !Array.isArray(value) && field !== 'position';
  return group ? (value as Fields) : { [field]: value };
}

function resolution(cases: Shown[], subject: Shown, picks: { [id: string]: string }, why: string): Edit[] {
  const set: Fields = {};
  const closing: Edit[] = [];
  for (const one of cases) {
    const pick = Number(picks[one.id]);
    Object.assign(set, written(fieldOf(one), candidatesOf(one)[pick]!.value));
    const how = `${fieldOf(one)}: ${letter(pick)}`;
    closing.push({
      collection: 'case',
      record: one.id,
      base: one.version,
      set: { state: 'resolved', how, why },
    });
  }
  return [{ collection: subject.collection, record: subject.id, base: subject.version, set }, ...closing];
}

function Versions({ one, subject }: { one: Shown; subject: Shown }) {
  const t = deskTexts.value.cases;
  const field = fieldOf(one);
  const current = canonical(field === 'unit' ? subject.unit : (subject.fields[field] ?? null));
  const candidates = candidatesOf(one);
  const rows: [string, (candidate: Candidate) => string][] = [
    [t.value, ({ value }) => valueText(field, value)],
    [t.by, ({ person }) => personName(person)],
    [t.at, ({ at }) => instantText(at)],
    [t.device, ({ device }) => device.slice(0, 8)],
  ];
  return (
    <table>
      <caption>{fieldName(field)}</caption>
      <thead>
        <tr>
          <td />
          {candidates.map((candidate, index) => (
            <th scope="col" key={index}>
              {t.version(letter(index))}
              {canonical(candidate.value) === current && <span class="hint"> ({t.now})</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([label, show]) => {
          const differs = new Set(candidates.map(show)).size > 1;
          return (
            <tr key={label} class={differs ? 'differs' : undefined}>
              <th scope="row">
                {label}
                {differs && <span class="tag warn">{t.different}</span>}
              </th>
              {candidates.map((candidate, index) => (
                <td key={index}>{show(candidate)}</td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

export function FieldConflict({ cases, subject }: { cases: Shown[]; subject: Shown }) {
  const t = deskTexts.value.cases;
  const [picks, setPicks] = useState<{ [id: string]: string }>({});
  const [why, setWhy] = useState('');
  const [errors, setErrors] = useState<Errors>({});
  const [round, setRound] = useState(0);
  const submit = async (event: Event) => {
    event.preventDefault();
    const found: Errors = {};
    for (const one of cases) if (!picks[one.id]) found[`pick-${one.id}`] = t.chooseMissing(fieldName(fieldOf(one)));
    if (!why.trim()) found['why'] = t.whyMissing;
    setErrors(found);
    setRound(round + 1);
    if (Object.keys(found).length > 0) return;
    await save(resolution(cases, subject, picks, why.trim()));
    goInstead('cases');
    say(t.resolved);
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <ErrorSummary errors={errors} round={round} />
      {cases.map((one) => (
        <section key={one.id} class="versions">
          <Versions one={one} subject={subject} />
          {mayDecide() && (
            <Radios
              id={`pick-${one.id}`}
              label={t.choose(fieldName(fieldOf(one)))}
              inline
              value={picks[one.id] ?? ''}
              choices={candidatesOf(one).map(({ value }, index) => ({
                value: String(index),
                label: t.take(letter(index), valueText(fieldOf(one), value)),
              }))}
              onChange={(pick) => setPicks({ ...picks, [one.id]: pick })}
              error={errors[`pick-${one.id}`]}
            />
          )}
        </section>
      ))}
      {mayDecide() && (
        <>
          <Input id="why" label={t.why} hint={t.whyHint} value={why} onInput={setWhy} error={errors['why']} />
          <button type="submit" class="primary">
            {t.resolve}
          </button>
        </>
      )}
    </form>
  );
}
