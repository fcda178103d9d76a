// What was handed out in the commune, confirmed by one tap.

import { useState } from 'preact/hooks';
import { digestsIn } from '../photos/named';
import { Pictures } from '../photos/pictures';
import { isoDateText, numberText } from '../shell/format';
import { texts } from '../shell/language';
import { all, communesOf, find, grouped, number, save, standing, text } from '../shell/model';
import { needTitle, personName, quantityText, whereText } from '../shell/names';
import { useOnce } from '../screens/once';
import { say } from '../shell/toast';
import { newId, type Shown } from '../sync';
import { Input, wholeNumber } from '../ui/fields';
import { Page, Tag } from '../ui/page';
import { deskTexts } from './texts';

type Outcome = 'all' | 'short' | 'not_arrived';

const needOf = (distribution: Shown): Shown | undefined => find(distribution.fields['need']);
const titleOf = (distribution: Shown): string => {
  const need = needOf(distribution);
  return need ? needTitle(need) : texts.value.fields.distribution;
};

async function confirm(distribution: Shown, outcome: Outcome, quantity?: number): Promise<void> {
  const about = { unit: distribution.unit, distribution: distribution.id, outcome };
  const set = quantity === undefined ? about : { ...about, quantity };
  await save([{ collection: 'delivery_confirmation', record: newId(Date.now()), set }]);
  say(deskTexts.value.delivered.saved);
}

function Short({ distribution, onCancel }: { distribution: Shown; onCancel(): void }) {
  const t = deskTexts.value.delivered;
  const [quantity, setQuantity] = useState('');
  const [error, setError] = useState<string>();
  const most = number(distribution, 'quantity');
  const submit = useOnce(async () => {
    const received = wholeNumber(quantity);
    if (received === undefined || received > most) return setError(t.receivedWrong(numberText(most)));
    await confirm(distribution, 'short', received);
  });
  return (
    <form class="inset" onSubmit={(event) => (event.preventDefault(), void submit())} noValidate>
      <Input
        id={`received-${distribution.id}`}
        label={t.received}
        numeric
        value={quantity}
        onInput={setQuantity}
        error={error}
      />
      <button type="submit">{t.save}</button>
      <button type="button" class="plain" onClick={onCancel}>
        {texts.value.cancel}
      </button>
    </form>
  );
}

function About({ distribution }: { distribution: Shown }) {
  return (
    <>
      <strong>
        {titleOf(distribution)}: {quantityText(number(distribution, 'quantity'), needOf(distribution))}
      </strong>
      <span>
        {isoDateText(text(distribution, 'date'))} · {whereText(distribution)} · {personName(distribution.createdBy)}
      </span>
      <Pictures digests={digestsIn(distribution.fields['photographs'])} title={titleOf(distribution)} />
    </>
  );
}

function Waiting({ distribution }: { distribution: Shown }) {
  const t = deskTexts.value.delivered;
  const [short, setShort] = useState(false);
  const tell = useOnce((outcome: Outcome) => confirm(distribution, outcome));
  return (
    <li>
      <About distribution={distribution} />
      {short ? (
        <Short distribution={distribution} onCancel={() => setShort(false)} />
      ) : (
        <div class="buttons" role="group" aria-label={t.about(titleOf(distribution))}>
          <button type="button" class="primary" onClick={() => void tell('all')}>
            {t.all}
          </button>
          <button type="button" onClick={() => setShort(true)}>
            {t.short}
          </button>
          <button type="button" onClick={() => void tell('not_arrived')}>
            {t.notArrived}
          </button>
        </div>
      )}
    </li>
  );
}

export function DeliveredScreen() {
  const t = deskTexts.value.delivered;
  const units = new Set(communesOf('commune_leader'));
  const confirmations = grouped('delivery_confirmation', 'distribution');
  const confirmationOf = (one: Shown) => standing(confirmations.get(one.id) ?? []).at(-1);
  const handed = standing(all('distribution'))
    .filter((one) => units.has(one.unit))
    .sort((a, b) => (text(a, 'date') < text(b, 'date') ? 1 : -1));
  const waiting = handed.filter((one) => !confirmationOf(one));
  const done = handed.filter(confirmationOf);
  return (
    <Page title={t.title}>
      {handed.length === 0 && <p>{t.none}</p>}
      {waiting.length > 0 && <h2>{t.waiting}</h2>}
      <ul class="cards">
        {waiting.map((one) => (
          <Waiting key={one.id} distribution={one} />
        ))}
      </ul>
      {done.length > 0 && <h2>{t.confirmed}</h2>}
      <ul class="lines">
        {done.map((one) => (
          <li key={one.id}>
            <About distribution={one} />
            <Tag>{t.outcomes[text(confirmationOf(one), 'outcome') as Outcome]}</Tag>
          </li>
        ))}
      </ul>
    </Page>
  );
}
