// Changes that the server keeps aside, with the reason and what they say: mended where that helps, released by a second
// person, or left out with a reason.

import { useState } from 'preact/hooks';
import { instantText } from '../shell/format';
import { texts } from '../shell/language';
import { all, entries, identity, number, save, text, unitName } from '../shell/model';
import { collectionName, fieldName, personName, reasonText, valueText } from '../shell/names';
import { say } from '../shell/toast';
import { useOnce } from '../screens/once';
import type { Fields, Shown } from '../sync';
import { Input } from '../ui/fields';
import { Facts, Page } from '../ui/page';
import { mayDecide } from './case';
import { mendedRows } from './mend';
import { heldChanges } from './queues';
import { deskTexts } from './texts';

const LEFT_SHOWN = 30;

function sentRows(held: Shown): [string, string][] {
  const change = held.fields['change'] as { set?: Fields } | undefined;
  return Object.entries(change?.set ?? {}).map(([field, value]) => [fieldName(field), valueText(field, value)]);
}

/** Nobody releases their own change, nor one that they have mended: the server refuses it. */
const needsAnother = (held: Shown): boolean =>
  held.fields['author'] === identity.value?.person ||
  (held.fields['mended'] !== undefined && entries.value.some(({ change }) => change.record === held.id && change.set?.['mended'] !== undefined));

async function decide(held: Shown, set: Fields): Promise<void> {
  const t = deskTexts.value.quarantine;
  await save([{ collection: 'quarantine', record: held.id, base: held.version, set }]);
  say(set['state'] === 'released' ? t.released : t.dismissed);
}

function LeaveOut({ held, onCancel }: { held: Shown; onCancel(): void }) {
  const t = deskTexts.value.quarantine;
  const [why, setWhy] = useState('');
  const [error, setError] = useState<string>();
  const submit = useOnce(async () => {
    if (!why.trim()) return setError(deskTexts.value.cases.whyMissing);
    await decide(held, { state: 'dismissed', why: why.trim().normalize('NFC') });
  });
  return (
    <form class="inset" onSubmit={(event) => (event.preventDefault(), void submit())} noValidate>
      <Input id={`why-${held.id}`} label={t.whyLeft} value={why} onInput={setWhy} error={error} />
      <button type="submit">{t.dismiss}</button>
      <button type="button" class="plain" onClick={onCancel}>
        {texts.value.cancel}
      </button>
    </form>
  );
}

function Decision({ held }: { held: Shown }) {
  const t = deskTexts.value.quarantine;
  const [leaving, setLeaving] = useState(false);
  const release = useOnce(() => decide(held, { state: 'released' }));
  if (leaving) return <LeaveOut held={held} onCancel={() => setLeaving(false)} />;
  const another = needsAnother(held);
  return (
    <>
      {another && <p class="call">{held.fields['mended'] === undefined ? t.ownChange : t.ownMend}</p>}
      <div class="buttons" role="group" aria-label={collectionName(text(held, 'collection'))}>
        {!another && (
          <button type="button" class="primary" onClick={() => void release()}>
            {t.release}
          </button>
        )}
        <a class="button" href={`#/quarantine/${held.id}`}>
          {t.mend}
        </a>
        {text(held, 'state') === 'held' && (
          <button type="button" onClick={() => setLeaving(true)}>
            {t.dismiss}
          </button>
        )}
      </div>
    </>
  );
}

function Card({ held }: { held: Shown }) {
  const t = deskTexts.value.quarantine;
  const mended = mendedRows(held);
  return (
    <li>
      <h2>
        {collectionName(text(held, 'collection'))} · {unitName(held.unit)}
      </h2>
      <Facts
        rows={[
          [t.reason, reasonText(text(held, 'code'), text(held, 'detail'))],
          ...(text(held, 'field') ? [[t.field, fieldName(text(held, 'field'))] as [string, string]] : []),
          [t.author, personName(held.fields['author'])],
          [t.at, instantText(number(held, 'at'))],
          ...sentRows(held),
          ...(text(held, 'why') ? [[t.whyLeft, text(held, 'why')] as [string, string]] : []),
        ]}
      />
      {mended.length > 0 && (
        <>
          <h3>{t.asMended}</h3>
          <Facts rows={mended} />
        </>
      )}
      {mayDecide() && <Decision held={held} />}
    </li>
  );
}

export function QuarantineScreen() {
  const t = deskTexts.value.quarantine;
  const latest = (changes: Shown[]) => changes.sort((a, b) => number(b, 'at') - number(a, 'at'));
  const held = latest(heldChanges());
  const left = latest(all('quarantine').filter((one) => text(one, 'state') === 'dismissed'));
  return (
    <Page title={t.title} wide>
      <p>{t.intro}</p>
      {held.length === 0 && <p>{t.none}</p>}
      <ul class="cards">
        {held.map((one) => (
          <Card key={one.id} held={one} />
        ))}
      </ul>
      {left.length > 0 && <h2>{t.left}</h2>}
      <ul class="cards">
        {left.slice(0, LEFT_SHOWN).map((one) => (
          <Card key={one.id} held={one} />
        ))}
      </ul>
    </Page>
  );
}
