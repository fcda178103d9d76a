// One person who was entered twice: the other entry is looked for, both are shown side by side, then joined.

import { useState } from 'preact/hooks';
import { fold, numberText, sortedBy } from '../shell/format';
import { texts } from '../shell/language';
import { all, find, save, shown, text, unitName } from '../shell/model';
import { nameOf } from '../shell/names';
import { goInstead } from '../shell/router';
import { say } from '../shell/toast';
import { Missing } from '../screens/missing';
import { useOnce } from '../screens/once';
import type { Shown } from '../sync';
import { Input, Radios } from '../ui/fields';
import { Page } from '../ui/page';
import { letter } from './candidates';
import { Compared } from './compared';
import { joinEdit, joinsInto, undoEdit } from './joining';
import { deskTexts } from './texts';

const OFFERED = 12;

/** Those of the same name come first. */
function others(person: Shown, query: string): Shown[] {
  const wanted = fold(query.trim() || text(person, 'full_name'));
  return sortedBy(
    all('person').filter((one) => one.id !== person.id && fold(text(one, 'full_name')).includes(wanted)),
    (one) => text(one, 'full_name'),
  );
}

const aboutOf = (one: Shown): string => [nameOf(one.fields['home_organisation']), unitName(one.unit)].filter(Boolean).join(', ');

export function SamePersonScreen({ id }: { id: string }) {
  const t = deskTexts.value.same;
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState('');
  const person = find(id);
  const other = find(chosen);
  const [shows, setShows] = useState('0');
  const join = useOnce(async (pair: [Shown, Shown]) => {
    const into = pair[Number(shows)]!;
    await save([joinEdit(pair.find((one) => one !== into)!, into)]);
    goInstead(`people/${into.id}`);
    say(deskTexts.value.cases.joined);
  });
  if (!person) return <Missing />;
  const found = others(person, query);
  const choices = found.slice(0, OFFERED).map((one) => ({ value: one.id, label: text(one, 'full_name'), hint: aboutOf(one) }));
  const pair: [Shown, Shown] | undefined = other && [person, other];
  return (
    <Page title={t.title} caption={text(person, 'full_name')} back={`people/${id}`} wide>
      <p>{t.intro}</p>
      <Input id="search" type="search" label={texts.value.search} value={query} onInput={setQuery} />
      <p role="status">{deskTexts.value.people.found(numberText(found.length))}</p>
      {choices.length > 0 && <Radios id="other" label={t.other} value={chosen} choices={choices} onChange={setChosen} />}
      {pair && (
        <>
          <Compared records={pair} />
          <Radios
            id="shows"
            label={t.shows}
            inline
            value={shows}
            choices={pair.map((one, index) => ({ value: String(index), label: deskTexts.value.cases.version(letter(index)), hint: text(one, 'full_name') }))}
            onChange={setShows}
          />
          <button type="button" class="primary" onClick={() => void join(pair)}>
            {t.join}
          </button>
        </>
      )}
    </Page>
  );
}

/** On a person's own page: what was joined to it, and the way back. */
export function JoinedTo({ id }: { id: string }) {
  const t = deskTexts.value.same;
  const undo = useOnce(async (join: Shown) => {
    await save([undoEdit(join)]);
    say(deskTexts.value.cases.undone);
  });
  const joins = joinsInto(id);
  if (joins.length === 0) return null;
  return (
    <>
      <h2>{t.joinedTo}</h2>
      <ul class="lines">
        {joins.map((join) => {
          const from = shown.value.get(text(join, 'from'));
          const name = text(from, 'full_name') || texts.value.unknownPerson;
          return (
            <li key={join.id}>
              <strong>{name}</strong>
              {from && <span>{aboutOf(from)}</span>}
              <button type="button" class="plain" onClick={() => void undo(join)}>
                {deskTexts.value.cases.undo}
                <span class="unseen">: {name}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}
