// Values of one record that people wrote without knowing of each other: all of one person, or chosen field by field.

import { useState } from 'preact/hooks';
import { save } from '../shell/model';
import { fieldName, personName, valueText } from '../shell/names';
import { goInstead } from '../shell/router';
import { say } from '../shell/toast';
import type { Edit, Fields, Shown, Value } from '../sync';
import { ErrorSummary, Input, Radios, type Errors } from '../ui/fields';
import { candidatesOf, fieldOf, letter, Versions, written } from './candidates';
import { mayDecide } from './case';
import { deskTexts } from './texts';

const BOTH = 'both';
/** Words that people wrote themselves: here both versions can stand, one after the other. */
const FREE_TEXTS: { [field: string]: string } = { title: ' / ', name: ' / ', narrative: '\n', note: '\n', findings: '\n' };

type Picks = { [id: string]: string };

function chosenValue(one: Shown, pick: string): Value {
  const values = candidatesOf(one).map(({ value }) => value);
  return pick === BOTH ? values.join(FREE_TEXTS[fieldOf(one)]) : values[Number(pick)]!;
}

function resolution(cases: Shown[], subject: Shown, picks: Picks, why: string): Edit[] {
  const set: Fields = {};
  const closing: Edit[] = [];
  for (const one of cases) {
    const pick = picks[one.id]!;
    Object.assign(set, written(fieldOf(one), chosenValue(one, pick)));
    const how = `${fieldOf(one)}: ${pick === BOTH ? BOTH : letter(Number(pick))}`;
    closing.push({ collection: 'case', record: one.id, base: one.version, set: { state: 'resolved', how, why } });
  }
  return [{ collection: subject.collection, record: subject.id, base: subject.version, set }, ...closing];
}

/** Those who wrote a version of every field: one tap takes all that one of them wrote. */
function authorsOfAll(cases: Shown[]): string[] {
  if (cases.length < 2) return [];
  const authors = cases.map((one) => new Set(candidatesOf(one).map(({ person }) => person)));
  return [...authors[0]!].filter((person) => authors.every((some) => some.has(person)));
}

const allOf = (cases: Shown[], person: string): Picks =>
  Object.fromEntries(
    cases.map((one) => [one.id, String(candidatesOf(one).findIndex((candidate) => candidate.person === person))]),
  );

function choicesOf(one: Shown) {
  const t = deskTexts.value.cases;
  const field = fieldOf(one);
  const choices = candidatesOf(one).map(({ value }, index) => ({
    value: String(index),
    label: t.take(letter(index), valueText(field, value)),
  }));
  return field in FREE_TEXTS ? [...choices, { value: BOTH, label: t.bothTexts }] : choices;
}

export function FieldConflict({ cases, subject }: { cases: Shown[]; subject: Shown }) {
  const t = deskTexts.value.cases;
  const [picks, setPicks] = useState<Picks>({});
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
  const authors = mayDecide() ? authorsOfAll(cases) : [];
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <ErrorSummary errors={errors} round={round} />
      {authors.length > 1 && (
        <div class="buttons" role="group" aria-label={t.takeAllLabel}>
          {authors.map((person) => (
            <button key={person} type="button" onClick={() => setPicks(allOf(cases, person))}>
              {t.takeAll(personName(person))}
            </button>
          ))}
        </div>
      )}
      {cases.map((one) => (
        <section key={one.id} class="versions">
          <Versions one={one} subject={subject} />
          {mayDecide() && (
            <Radios
              id={`pick-${one.id}`}
              label={t.choose(fieldName(fieldOf(one)))}
              inline
              value={picks[one.id] ?? ''}
              choices={choicesOf(one)}
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
