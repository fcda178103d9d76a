// A tick list of people, with a search that needs no diacritics, and own times where somebody came late or left early.

import { useState } from 'preact/hooks';
import { fold, numberText, sortedBy } from '../shell/format';
import { texts } from '../shell/language';
import { all, organisationIn, text, unitName } from '../shell/model';
import type { Shown } from '../sync';
import { Check, Input, type Errors } from '../ui/fields';
import { BadgeScan } from './badge_scan';
import { formTexts } from './form_texts';

export type People = { [id: string]: { from: string; to: string } | null };
/** Those whose badge was scanned. */
export type Scanned = { [id: string]: true };

interface PeopleFieldProps {
  unit: string;
  times: { from: string; to: string };
  people: People;
  set(people: People): void;
  onScan(person: string): void;
  errors: Errors;
}

const SHOWN = 60;

/** Those of the own team first, then those of the commune, then all others. */
function sorted(people: readonly Shown[], unit: string): Shown[] {
  const team = organisationIn(unit);
  const rank = (one: Shown) => (team && one.fields['home_organisation'] === team ? 0 : one.unit === unit ? 1 : 2);
  const byGivenName = (one: Shown) => text(one, 'full_name').split(' ').reverse().join(' ');
  return sortedBy(people, byGivenName).sort((a, b) => rank(a) - rank(b));
}

export function PeopleField({ unit, times, people, set, onScan, errors }: PeopleFieldProps) {
  const t = formTexts.value.recordActivity;
  const [query, setQuery] = useState('');
  const wanted = fold(query.trim());
  const found = sorted(all('person'), unit).filter((one) => fold(text(one, 'full_name')).includes(wanted));
  const tick = (id: string, checked: boolean) => {
    const next = { ...people };
    if (checked) next[id] = null;
    else delete next[id];
    set(next);
  };
  return (
    <fieldset id="people" class={errors['people'] ? 'field wrong' : 'field'}>
      <legend class="unseen">{t.who}</legend>
      <p class="hint">{t.whoHint}</p>
      <BadgeScan isChosen={(person) => person in people} onPerson={onScan} />
      <Input id="search" type="search" label={texts.value.search} value={query} onInput={setQuery} />
      <p role="status">{t.chosen(numberText(Object.keys(people).length))}</p>
      {errors['people'] && <p class="error">{errors['people']}</p>}
      {found.length === 0 && <p>{texts.value.noMatch}</p>}
      <ul class="people">
        {found.slice(0, SHOWN).map((one) => (
          <li key={one.id}>
            <Check
              id={`person-${one.id}`}
              checked={one.id in people}
              onChange={(checked) => tick(one.id, checked)}
              label={
                <>
                  {text(one, 'full_name')}
                  {one.unit !== unit && <span class="hint">{unitName(one.unit)}</span>}
                </>
              }
            />
            {one.id in people && <OwnTimes {...{ one, people, times, set, errors }} />}
          </li>
        ))}
      </ul>
      {found.length > SHOWN && <p>{texts.value.more(numberText(found.length - SHOWN))}</p>}
    </fieldset>
  );
}

type OwnTimesProps = Omit<PeopleFieldProps, 'unit' | 'onScan'> & { one: Shown };

function OwnTimes({ one, people, times, set, errors }: OwnTimesProps) {
  const t = formTexts.value.recordActivity;
  const own = people[one.id];
  const name = text(one, 'full_name');
  if (!own) {
    const begin = () => set({ ...people, [one.id]: { from: times.from, to: times.to } });
    return (
      <button type="button" class="plain" onClick={begin}>
        {t.ownTimes}
        <span class="unseen">: {name}</span>
      </button>
    );
  }
  const change = (part: Partial<typeof own>) => set({ ...people, [one.id]: { ...own, ...part } });
  return (
    <div class="pair" role="group" aria-label={t.personTimes(name)}>
      <Input id={`from-${one.id}`} label={t.from} value={own.from} onInput={(from) => change({ from })} />
      <Input
        id={`to-${one.id}`}
       
        label={t.to}
        value={own.to}
        onInput={(to) => change({ to })}
        error={errors[`to-${one.id}`]}
      />
    </div>
  );
}
