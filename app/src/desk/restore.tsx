// A quarrel that was decided: what was not taken can still be put back, with a reason.

import { useState } from 'preact/hooks';
import { save, text } from '../shell/model';
import { valueText } from '../shell/names';
import { goInstead } from '../shell/router';
import { say } from '../shell/toast';
import type { Edit, Shown } from '../sync';
import { ErrorSummary, Input, Radios, type Errors } from '../ui/fields';
import { candidatesOf, fieldOf, isShown, letter, Versions, written } from './candidates';
import { mayDecide } from './case';
import { deskTexts } from './texts';

function restored(one: Shown, subject: Shown, pick: number, why: string): Edit[] {
  const field = fieldOf(one);
  const set = written(field, candidatesOf(one)[pick]!.value);
  return [
    { collection: subject.collection, record: subject.id, base: subject.version, set },
    { collection: 'case', record: one.id, base: one.version, set: { how: `${field}: ${letter(pick)}`, why } },
  ];
}

export function Restore({ one, subject }: { one: Shown; subject: Shown }) {
  const t = deskTexts.value.cases;
  const [pick, setPick] = useState('');
  const [why, setWhy] = useState('');
  const [errors, setErrors] = useState<Errors>({});
  const [round, setRound] = useState(0);
  const candidates = candidatesOf(one);
  const others = candidates.flatMap((candidate, index) =>
    isShown(one, subject, candidate)
      ? []
      : [{ value: String(index), label: t.take(letter(index), valueText(fieldOf(one), candidate.value)) }],
  );
  const submit = async (event: Event) => {
    event.preventDefault();
    const found: Errors = {};
    if (!pick) found['pick'] = t.restoreMissing;
    if (!why.trim()) found['why'] = t.whyMissing;
    setErrors(found);
    setRound(round + 1);
    if (Object.keys(found).length > 0) return;
    await save(restored(one, subject, Number(pick), why.trim()));
    goInstead('cases');
    say(t.restored);
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      {text(one, 'why') && <p>{t.because(text(one, 'why'))}</p>}
      <Versions one={one} subject={subject} />
      {mayDecide() && others.length > 0 && (
        <>
          <ErrorSummary errors={errors} round={round} />
          <Radios id="pick" label={t.restoreWhich} value={pick} choices={others} onChange={setPick} error={errors['pick']} />
          <Input id="why" label={t.why} value={why} onInput={setWhy} error={errors['why']} />
          <button type="submit" class="primary">
            {t.restore}
          </button>
        </>
      )}
    </form>
  );
}
