// Whose turn it is on a phone that several people share.

import { flushDrafts } from '../shell/drafts';
import { texts } from '../shell/language';
import { find, identity, text } from '../shell/model';
import { addProfile, otherProfiles, switchTo } from '../shell/profiles';

export function Others() {
  return (
    <div class="buttons">
      {otherProfiles().map(({ store, name }) => (
        <button key={store} type="button" onClick={() => void flushDrafts().then(() => switchTo(store))}>
          {texts.value.shared.use(name)}
        </button>
      ))}
    </div>
  );
}

export function SharedPhone() {
  const t = texts.value.shared;
  const { person, device } = identity.value!;
  const add = async () => {
    await flushDrafts();
    addProfile(text(find(person), 'full_name') || device.slice(0, 8));
  };
  return (
    <>
      <h2>{t.title}</h2>
      <p>{t.hint}</p>
      <Others />
      <p>
        <button type="button" onClick={() => void add()}>
          {t.add}
        </button>
      </p>
    </>
  );
}
