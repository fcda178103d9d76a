// Anybody checks a certificate: by its QR code through the camera or in a picture, or by the two lines printed on it.

import { useEffect, useState } from 'preact/hooks';
import { knownKeys } from '../checking/server_keys';
import { listsAt } from '../checking/status_lists';
import { PictureButton, Scanner } from '../scan/scanner';
import { instantText } from '../shell/format';
import { ErrorSummary, Input, type Errors } from '../ui/fields';
import { Page } from '../ui/page';
import { paperTexts } from './paper_texts';
import { askServer, checkScanned, prepare } from './verify_ask';
import { VerifyResult, type Found } from './verify_result';

export function VerifyScreen() {
  const t = paperTexts.value.verify;
  const [scanning, setScanning] = useState(false);
  const [found, setFound] = useState<Found>();
  const [unread, setUnread] = useState(false);
  const [keysAt, setKeysAt] = useState(knownKeys()?.at);
  const [lists, setLists] = useState(listsAt);
  const load = () =>
    prepare().then((known) => {
      setKeysAt(known?.at);
      setLists(listsAt());
    });
  useEffect(() => void load(), []);
  if (found) return <VerifyResult found={found} onAgain={() => (setFound(undefined), void load())} />;
  const take = async (text: string) => {
    const result = await checkScanned(text);
    setUnread(!result);
    if (!result) return;
    setScanning(false);
    setFound(result);
  };
  return (
    <Page title={t.title} back="">
      <h2>{t.byCode}</h2>
      {unread && (
        <p class="error" role="alert">
          {t.otherCode}
        </p>
      )}
      {scanning ? (
        <>
          <Scanner hint={t.hold} onText={(text) => void take(text)} />
          <button type="button" class="plain" onClick={() => setScanning(false)}>
            {t.stop}
          </button>
        </>
      ) : (
        <>
          <button type="button" class="primary" onClick={() => setScanning(true)}>
            {t.scan}
          </button>
          <PictureButton onText={(text) => void take(text)} />
        </>
      )}
      <p class="hint">{keysAt ? t.offline(instantText(keysAt)) : t.noKeys}</p>
      {lists !== undefined && <p class="hint">{t.listsAt(instantText(lists))}</p>}
      <h2>{t.byNumber}</h2>
      <NumberForm onFound={setFound} />
    </Page>
  );
}

function NumberForm({ onFound }: { onFound(found: Found): void }) {
  const t = paperTexts.value.verify;
  const [number, setNumber] = useState('');
  const [code, setCode] = useState('');
  const [errors, setErrors] = useState<Errors>({});
  const [round, setRound] = useState(0);
  const submit = async (event: Event) => {
    event.preventDefault();
    const wrong: Errors = {};
    if (!number.trim()) wrong['number'] = t.numberMissing;
    if (!code.trim()) wrong['code'] = t.codeMissing;
    if (Object.keys(wrong).length === 0) {
      const answer = await askServer(number.trim(), code.trim().toUpperCase());
      if (typeof answer === 'object') return onFound({ kind: 'answered', answer });
      wrong['number'] = { wrong: t.wrong, busy: t.busy, no_answer: t.noAnswer }[answer];
    }
    setErrors(wrong);
    setRound(round + 1);
  };
  return (
    <>
      <ErrorSummary errors={errors} round={round} />
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Input
          id="number"
          label={t.number}
          hint={t.numberHint}
          value={number}
          onInput={setNumber}
          error={errors['number']}
        />
        <Input id="code" label={t.code} hint={t.codeHint} value={code} onInput={setCode} error={errors['code']} />
        <button type="submit" class="primary">
          {t.submit}
        </button>
      </form>
    </>
  );
}
