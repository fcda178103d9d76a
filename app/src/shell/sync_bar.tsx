// The one bar that is always there: what is only on this phone, when the server last answered, and the button.

import { instantText, isoDate, numberText, timeText } from './format';
import { texts } from './language';
import { entries, identity, outcome, state, syncing, syncNow, unsent } from './model';
import { photosWaiting } from './photos';
import { returnedItems } from './returned';

function lastSuccess(): string {
  const { lastSuccess } = state.value;
  const t = texts.value.sync;
  if (!lastSuccess) return t.never;
  const today = isoDate(lastSuccess) === isoDate(Date.now());
  return t.lastSuccess(today ? timeText(lastSuccess) : instantText(lastSuccess));
}

/** What a person has to know about the last attempt; nothing when it went well. */
export function trouble(): string {
  const t = texts.value.sync;
  const result = outcome.value;
  const code = state.value.problem?.code;
  if (code === 'device_revoked') return unsent.value > 0 ? t.revoked : t.revokedDone;
  if (code === 'token_invalid') return identity.value?.until ? t.sessionOver : t.enrolAgain;
  if (code === 'protocol_unsupported') return t.updateApp;
  if (result?.kind === 'no_answer') return t.offline;
  if (result?.kind === 'wait') return t.wait;
  return result?.kind === 'stopped' ? t.stopped : '';
}

function headline(): string {
  const t = texts.value.sync;
  const count = unsent.value;
  if (syncing.value && count > 0) return t.sending(numberText(count));
  if (count > 0) return t.local(numberText(count));
  if (syncing.value && !state.value.complete) return t.fetching;
  return state.value.lastSuccess && entries.value.length > 0 ? t.received : t.nothing;
}

export function SyncBar() {
  if (!identity.value) return null;
  const t = texts.value.sync;
  const returned = returnedItems().length;
  const said = trouble();
  return (
    <section class="syncbar" aria-label={t.title}>
      <div role="status">
        <p>
          <strong>{headline()}</strong>
        </p>
        {said && <p>{said === t.sessionOver ? <a href="#/sign-in">{said}</a> : said}</p>}
        {photosWaiting.value > 0 && <p>{t.photos(numberText(photosWaiting.value))}</p>}
        <p>{lastSuccess()}</p>
        {returned > 0 && (
          <p>
            <a href="#/sync">{t.returnedCount(numberText(returned))}</a>
          </p>
        )}
      </div>
      <button type="button" disabled={syncing.value} onClick={() => void syncNow()}>
        {t.button}
      </button>
    </section>
  );
}
