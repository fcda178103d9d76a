// Invitations that are out: who has not come yet, whose device waits for its digits to be compared, and taking one back.

import { useEffect, useState } from 'preact/hooks';
import { instantText } from '../shell/format';
import { texts } from '../shell/language';
import { personName } from '../shell/names';
import { say } from '../shell/toast';
import { Input } from '../ui/fields';
import { Page, Tag } from '../ui/page';
import type { Refusal } from './ask';
import { confirmDigits, openInvitations, takeBack, type Open } from './invitations';
import { deskTexts } from './texts';

function Compare({ one, onDone }: { one: Open; onDone(): void }) {
  const t = deskTexts.value.invite;
  const [digits, setDigits] = useState('');
  const [error, setError] = useState<string>();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!/^\d{4}$/.test(digits.trim())) return setError(t.digitsMissing);
    const outcome = await confirmDigits(one.id, digits.trim());
    if (outcome !== 'confirmed') return setError(outcome === 'differ' ? t.digitsDiffer : t.refusals.no_answer);
    say(t.digitsConfirmed);
    onDone();
  };
  return (
    <form class="inset" onSubmit={(event) => void submit(event)} noValidate>
      <Input
        id={`digits-${one.id}`}
        label={t.digits}
        hint={t.digitsHint}
        numeric
        value={digits}
        onInput={setDigits}
        error={error}
      />
      <button type="submit">{t.confirm}</button>
    </form>
  );
}

export function InvitationsScreen() {
  const t = deskTexts.value.invite;
  const [list, setList] = useState<Open[] | Refusal>();
  const load = () => void openInvitations().then(setList);
  useEffect(load, []);
  const back = async (one: Open) => {
    say((await takeBack(one.id)) ? t.takenBack : t.refusals.no_answer);
    load();
  };
  return (
    <Page title={t.list} back="people" wide>
      {list === undefined && <p role="status">{texts.value.loading}</p>}
      {typeof list === 'string' && <p role="alert">{t.refusals[list]}</p>}
      {Array.isArray(list) && list.length === 0 && <p>{t.noneOpen}</p>}
      <ul class="cards">
        {(Array.isArray(list) ? list : []).map((one) => (
          <li key={one.id}>
            <strong>{personName(one.person)}</strong>
            <span>
              <Tag kind={one.state === 'waiting' ? 'warn' : 'plain'}>{t.states[one.state]}</Tag>
            </span>
            <span>
              {t.until}: {instantText(one.expires)}
            </span>
            {one.state === 'waiting' && <Compare one={one} onDone={load} />}
            {one.state !== 'used' && (
              <button type="button" class="plain" onClick={() => void back(one)}>
                {t.takeBack}
                <span class="unseen">: {personName(one.person)}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      <button type="button" onClick={load}>
        {t.reload}
      </button>
    </Page>
  );
}
