// Changes that the server keeps aside, with the reason and what they say: released by a second person, or left out.

import { instantText } from '../shell/format';
import { number, save, text, unitName } from '../shell/model';
import { collectionName, fieldName, personName, reasonText, valueText } from '../shell/names';
import { say } from '../shell/toast';
import type { Fields, Shown } from '../sync';
import { Facts, Page } from '../ui/page';
import { mayDecide } from './case';
import { heldChanges } from './queues';
import { deskTexts } from './texts';

function contentOf(held: Shown): [string, string][] {
  const change = held.fields['change'] as { set?: Fields } | undefined;
  return Object.entries(change?.set ?? {}).map(([field, value]) => [fieldName(field), valueText(field, value)]);
}

async function decide(held: Shown, state: 'released' | 'dismissed'): Promise<void> {
  const t = deskTexts.value.quarantine;
  await save([{ collection: 'quarantine', record: held.id, base: held.version, set: { state } }]);
  say(state === 'released' ? t.released : t.dismissed);
}

export function QuarantineScreen() {
  const t = deskTexts.value.quarantine;
  const held = heldChanges().sort((a, b) => number(b, 'at') - number(a, 'at'));
  return (
    <Page title={t.title} wide>
      <p>{t.intro}</p>
      {held.length === 0 && <p>{t.none}</p>}
      <ul class="cards">
        {held.map((one) => (
          <li key={one.id}>
            <h2>
              {collectionName(text(one, 'collection'))} · {unitName(one.unit)}
            </h2>
            <Facts
              rows={[
                [t.reason, reasonText(text(one, 'code'), text(one, 'detail'))],
                ...(text(one, 'field') ? [[t.field, fieldName(text(one, 'field'))] as [string, string]] : []),
                [t.author, personName(one.fields['author'])],
                [t.at, instantText(number(one, 'at'))],
                ...contentOf(one),
              ]}
            />
            {mayDecide() && (
              <div class="buttons" role="group" aria-label={collectionName(text(one, 'collection'))}>
                <button type="button" class="primary" onClick={() => void decide(one, 'released')}>
                  {t.release}
                </button>
                <button type="button" onClick={() => void decide(one, 'dismissed')}>
                  {t.dismiss}
                </button>
              </div>
            )}
          </li>
        ))}
      </ul>
    </Page>
  );
}
