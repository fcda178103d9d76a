// From phone to phone: taking a colleague's sealed file along, and the server's answer home.

import { useEffect, useState } from 'preact/hooks';
import { instantText } from '../shell/format';
import { client, outcome, refresh, syncNow } from '../shell/model';
import { carried, forgetCarried, takeAlong, takeReceipt, type Carried } from '../sync/carry';
import { Tag } from '../ui/page';
import { download } from './download';
import { stepTexts } from './step_texts';

/** A file is either a bundle of somebody or the answer to an own one; its content says which. */
async function takeFile(file: File): Promise<string> {
  const t = stepTexts.value.carry;
  const text = await file.text();
  if (await takeReceipt(client.store, text, Date.now())) {
    await refresh();
    return t.receiptTaken;
  }
  if (!(await takeAlong(client.store, text, Date.now()))) return t.unreadable;
  void syncNow();
  return t.taken;
}

function CarriedLine({ one, onForget }: { one: Carried; onForget(): void }) {
  const t = stepTexts.value.carry;
  const { answer, refused } = one;
  return (
    <li>
      <strong>{t.from(instantText(one.takenAt))}</strong>
      <Tag kind={answer ? 'plain' : refused ? 'warn' : 'local'}>{answer ? t.delivered : refused ? t.refused : t.waiting}</Tag>
      {answer && (
        <div class="buttons">
          <button type="button" onClick={() => download(`suoi-${one.id.slice(0, 8)}.json`, answer, 'application/json')}>
            {t.answer}
          </button>
          <button type="button" class="plain" onClick={onForget}>
            {t.forget}
          </button>
        </div>
      )}
    </li>
  );
}

export function Carry() {
  const t = stepTexts.value.carry;
  const [list, setList] = useState<Carried[]>([]);
  const [said, setSaid] = useState('');
  const load = () => void carried(client.store).then(setList);
  useEffect(() => {
    load();
    const later = setTimeout(load, 1_000); // what was taken along goes out once the sync is done
    return () => clearTimeout(later);
  }, [outcome.value, said]);
  const choose = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    input.value = '';
    if (file) setSaid(await takeFile(file));
  };
  return (
    <>
      <h2>{t.title}</h2>
      <p>{t.hint}</p>
      <div class="field">
        <label class="button" for="carry">
          {t.choose}
        </label>
        <input id="carry" class="unseen" type="file" onChange={(event) => void choose(event.currentTarget)} />
      </div>
      <p role="status">{said}</p>
      <ul class="lines">
        {list.map((one) => (
          <CarriedLine key={one.id} one={one} onForget={() => void forgetCarried(client.store, one.id).then(load)} />
        ))}
      </ul>
    </>
  );
}
