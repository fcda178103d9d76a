// What is only on this phone, what came back, when the server last answered, and how safe it all is.

import { useEffect, useState } from 'preact/hooks';
import { instantText, isoDate, numberText } from '../shell/format';
import { texts } from '../shell/language';
import { client, entries, identity, shown, state, unsent } from '../shell/model';
import { collectionName, recordTitle } from '../shell/names';
import { photosWaiting } from '../shell/photos';
import { goInstead } from '../shell/router';
import { forgetProfile } from '../shell/profiles';
import { returnedItems } from '../shell/returned';
import { say } from '../shell/toast';
import type { Change, Entry } from '../sync';
import { signOut } from '../sync/session';
import { forgetPhotos } from '../photos/send';
import { photoTexts } from '../photos/texts';
import { WaitingPhotos } from '../photos/waiting';
import { Page, RowLink, Tag } from '../ui/page';
import { Carry } from './carry';
import { download } from './download';
import { PinSettings } from './lock';
import { outboxTexts } from './outbox_texts';
import { SharedPhone } from './profiles';

declare const __APP_VERSION__: string;

const DAY_MS = 24 * 3600_000;
const OLD_DAYS = 3;
const RECENT = 20;
const CLOCK_SHOWN_MS = 10 * 60_000;

const titleOf = (change: Change): string => {
  const record = shown.value.get(change.record);
  return record ? recordTitle(record) : collectionName(change.collection);
};

function EntryLine({ entry }: { entry: Entry }) {
  const t = { ...texts.value.sync, ...outboxTexts.value };
  const verdicts: { [verdict: string]: string } = {
    review: t.case,
    merged: t.merged,
    redirected: t.redirected,
  };
  const { change, ackedAt, verdict } = entry;
  const said = verdict ? verdicts[verdict.verdict] : ackedAt === undefined ? t.localOne : t.received;
  return (
    <li>
      <strong>{titleOf(change)}</strong>
      <span>
        {collectionName(change.collection)} · {instantText(change.at)}
      </span>
      <Tag kind={ackedAt === undefined ? 'local' : 'plain'}>{said}</Tag>
    </li>
  );
}

function Unsent() {
  const t = { ...texts.value.sync, ...outboxTexts.value };
  const waiting = entries.value.filter(({ ackedAt }) => ackedAt === undefined);
  if (waiting.length === 0) return <p>{t.nothing}</p>;
  const days = Math.floor((Date.now() - waiting[0]!.change.at) / DAY_MS);
  return (
    <>
      <p>{t.onlyHereHint}</p>
      {days >= OLD_DAYS && <p class="call">{t.old(numberText(days))}</p>}
      <ul class="lines">
        {waiting.slice(0, RECENT).map((entry) => (
          <EntryLine key={`${entry.life}/${entry.seq}`} entry={entry} />
        ))}
      </ul>
      {waiting.length > RECENT && <p>{texts.value.more(numberText(waiting.length - RECENT))}</p>}
      <Export />
    </>
  );
}

async function exportUnsent(): Promise<boolean> {
  const bundle = await client.exportUnsent();
  if (!bundle) return false;
  download(`suoi-${isoDate(Date.now())}.jose`, bundle, 'application/jose');
  await client.store.setMeta('exported', unsentMark());
  return true;
}

/** Names what is unsent now, so that an older export does not count for newer work. */
const unsentMark = (): string => state.value.lives.map(({ incarnation, last }) => `${incarnation}:${last}`).join();

function Export() {
  const t = { ...texts.value.sync, ...outboxTexts.value };
  return (
    <>
      <h3>{t.exportTitle}</h3>
      <p>{t.exportHint}</p>
      <button type="button" onClick={() => void exportUnsent().then((done) => done && say(t.exported))}>
        {t.export}
      </button>
    </>
  );
}

function Storage() {
  const t = { ...texts.value.sync, ...outboxTexts.value };
  const [kept, setKept] = useState<boolean>();
  const [used, setUsed] = useState(0);
  useEffect(() => {
    void navigator.storage?.persisted?.().then(setKept);
    void navigator.storage?.estimate?.().then(({ usage = 0 }) => setUsed(usage));
  }, []);
  const offset = state.value.clockOffset ?? 0;
  return (
    <>
      <h2>{t.storage}</h2>
      {kept !== undefined && <p>{kept ? t.protected : t.notProtected}</p>}
      {kept === false && (
        <button type="button" onClick={() => void navigator.storage.persist().then(setKept)}>
          {t.protect}
        </button>
      )}
      <ul class="plainlist">
        <li>{t.records(numberText(shown.value.size))}</li>
        <li>{t.used(numberText(used / 1_048_576, 1))}</li>
        {Math.abs(offset) > CLOCK_SHOWN_MS && <li>{t.clock(numberText(Math.abs(offset) / 60_000))}</li>}
        <li>{t.version(__APP_VERSION__)}</li>
        <li>
          {t.device}: <code>{identity.value?.device.slice(0, 8)}</code>
        </li>
      </ul>
    </>
  );
}

function SignOut() {
  const t = { ...texts.value.sync, ...outboxTexts.value };
  const [asked, setAsked] = useState(false);
  const [blocked, setBlocked] = useState(false);
  const leave = async () => {
    const exported = (await client.store.meta('exported')) === unsentMark();
    const { token, until } = identity.value!;
    if (!(await client.signOut(exported))) return setBlocked(true);
    if (until) await signOut(token);
    await forgetPhotos(client);
    goInstead('');
    forgetProfile();
  };
  return (
    <>
      <h2>{t.signOut}</h2>
      <p>{t.signOutHint}</p>
      {blocked && unsent.value > 0 && (
        <p class="error" role="alert">
          {t.signOutBlocked}
        </p>
      )}
      {asked ? (
        <>
          <p>{t.signOutSure}</p>
          {photosWaiting.value > 0 && <p>{photoTexts.value.signOutLoses(numberText(photosWaiting.value))}</p>}
          <button type="button" class="danger" onClick={() => void leave()}>
            {t.signOutConfirm}
          </button>
          <button type="button" class="plain" onClick={() => setAsked(false)}>
            {texts.value.cancel}
          </button>
        </>
      ) : (
        <button type="button" onClick={() => setAsked(true)}>
          {t.signOut}
        </button>
      )}
    </>
  );
}

export function SyncScreen() {
  const t = { ...texts.value.sync, ...outboxTexts.value };
  const returned = returnedItems();
  const sent = entries.value.filter(
    ({ ackedAt, verdict }) => ackedAt !== undefined && verdict?.verdict !== 'quarantined',
  );
  return (
    <Page title={t.title}>
      {returned.length > 0 && (
        <>
          <h2>{t.cameBack}</h2>
          <ul class="rows">
            {returned.map(({ key, change }) => (
              <RowLink key={key} to={`returned/${key}`} title={titleOf(change)}>
                <Tag kind="warn">{t.returned}</Tag>
                <span>{instantText(change.at)}</span>
              </RowLink>
            ))}
          </ul>
        </>
      )}
      <h2>{t.onlyHere}</h2>
      <Unsent />
      <WaitingPhotos />
      {sent.length > 0 && <h2>{t.recent}</h2>}
      <ul class="lines">
        {sent
          .slice(-RECENT)
          .reverse()
          .map((entry) => (
            <EntryLine key={`${entry.life}/${entry.seq}`} entry={entry} />
          ))}
      </ul>
      <Carry />
      <Storage />
      <h2>{t.notice}</h2>
      <p class="notice" lang="vi">
        {identity.value?.notice.text}
      </p>
      <SharedPhone />
      <PinSettings />
      <SignOut />
    </Page>
  );
}
