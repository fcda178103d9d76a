// A case about one or two records as a whole, side by side: they are joined, both kept, or the case is only looked at.

import { useState } from 'preact/hooks';
import { save, shown, text } from '../shell/model';
import { recordTitle } from '../shell/names';
import { goInstead } from '../shell/router';
import { say } from '../shell/toast';
import { useOnce } from '../screens/once';
import type { Edit, Shown } from '../sync';
import { ErrorSummary, Input, Radios, type Errors } from '../ui/fields';
import { letter } from './candidates';
import { mayDecide } from './case';
import { Compared } from './compared';
import { joinEdit, joinOf, undoEdit } from './joining';
import { deskTexts } from './texts';

const KEEP_BOTH = 'keep_both';

interface PairProps {
  one: Shown;
  subjects: string[];
  closed: boolean;
}

export function Pair({ one, subjects, closed }: PairProps) {
  const t = deskTexts.value.cases;
  // Each as it is: what was joined is not shown in place of the other.
  const records = subjects.map((id) => shown.value.get(id)).filter((record): record is Shown => record !== undefined);
  return (
    <>
      {closed && text(one, 'why') && <p>{t.because(text(one, 'why'))}</p>}
      {records.length > 0 && <Compared records={records} />}
      {mayDecide() && !closed && <Decide one={one} records={records} />}
      {mayDecide() && closed && records.length === 2 && <Undo records={records} />}
    </>
  );
}

/** The case, and the join where the two are one. */
function decision(one: Shown, records: Shown[], how: string, why: string): Edit[] {
  const into = records[Number(how)];
  const set = { state: 'resolved', how: into ? 'joined' : how, why };
  const closing = { collection: 'case', record: one.id, base: one.version, set };
  const from = into && records.find((record) => record !== into);
  return from ? [closing, joinEdit(from, into)] : [closing];
}

function Decide({ one, records }: { one: Shown; records: Shown[] }) {
  const t = deskTexts.value.cases;
  const duplicate = one.fields['kind'] === 'possible_duplicate' && records.length === 2;
  const [how, setHow] = useState(duplicate ? '' : 'as_it_is');
  const [why, setWhy] = useState('');
  const [errors, setErrors] = useState<Errors>({});
  const [round, setRound] = useState(0);
  const submit = useOnce(async () => {
    const found: Errors = { ...(!how && { how: t.howMissing }), ...(!why.trim() && { why: t.whyMissing }) };
    setErrors(found);
    setRound((before) => before + 1);
    if (Object.keys(found).length > 0) return;
    await save(decision(one, records, how, why.trim().normalize('NFC')));
    goInstead('cases');
    say(records[Number(how)] ? t.joined : t.resolved);
  });
  const choices = [
    ...records.map((record, index) => ({ value: String(index), label: t.join(letter(index)), hint: recordTitle(record) })),
    { value: KEEP_BOTH, label: t.keepBoth, hint: t.keepBothHint },
  ];
  return (
    <form onSubmit={(event) => (event.preventDefault(), void submit())} noValidate>
      <ErrorSummary errors={errors} round={round} />
      {duplicate && <Radios id="how" label={t.how} value={how} choices={choices} onChange={setHow} error={errors['how']} />}
      <Input id="why" label={t.why} value={why} onInput={setWhy} error={errors['why']} />
      <button type="submit" class="primary">
        {duplicate ? t.resolve : t.looked}
      </button>
    </form>
  );
}

function Undo({ records }: { records: Shown[] }) {
  const t = deskTexts.value.cases;
  const join = joinOf(records[0]!.id, records[1]!.id);
  const undo = useOnce(async (standing: Shown) => {
    await save([undoEdit(standing)]);
    goInstead('cases');
    say(t.undone);
  });
  if (!join) return null;
  const shows = records.findIndex(({ id }) => id === text(join, 'into'));
  return (
    <>
      <p>{t.joinedInto(letter(shows))}</p>
      <p class="hint">{t.undoHint}</p>
      <button type="button" onClick={() => void undo(join)}>
        {t.undo}
      </button>
    </>
  );
}
