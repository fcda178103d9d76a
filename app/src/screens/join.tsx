// Joining, once and with signal: the code, the name of the phone, the first download.

import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { numberText } from '../shell/format';
import { texts } from '../shell/language';
import { forgetPin } from '../shell/lock';
import { client, identity, loadUnitNames, refresh, shown, state, syncNow, syncing } from '../shell/model';
import { goInstead, route } from '../shell/router';
import { offlineReady } from '../shell/update';
import { ErrorSummary, Input, type Errors } from '../ui/fields';
import { Page } from '../ui/page';
import { Others } from './profiles';

export const platform = (): string => navigator.userAgent.replace(/^Mozilla\/5\.0 \(([^)]*)\).*$/, '$1').slice(0, 120);

export function JoinScreen({ code }: { code: string }) {
  const [joined, setJoined] = useState(false);
  if (joined && identity.value) return <Download />;
  return <Ask code={code} onJoined={() => setJoined(true)} />;
}

function Ask({ code: given, onJoined }: { code: string; onJoined(): void }) {
  const t = texts.value.join;
  const [code, setCode] = useState(given);
  const [device, setDevice] = useState('');
  const [errors, setErrors] = useState<Errors>({});
  const [round, setRound] = useState(0);
  const [busy, setBusy] = useState(false);
  const [digits, setDigits] = useState('');
  useLayoutEffect(() => setCode(given), [given]);

  const refuse = (found: Errors) => {
    setErrors(found);
    setRound((before) => before + 1);
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    const found: Errors = {};
    if (!code.trim()) found['code'] = t.codeMissing;
    if (!device.trim()) found['device'] = t.deviceMissing;
    refuse(found);
    if (Object.keys(found).length > 0) return;
    // Who has joined is taken from the first address to their own first screen; the download is shown before.
    if (route.value.name !== 'enrol') goInstead('enrol');
    setBusy(true);
    const about = { name: device.trim().slice(0, 60), platform: platform() };
    let result = await client.enrol(code.trim(), about);
    while (result.kind === 'comparing') {
      setDigits(result.digits);
      await new Promise((done) => setTimeout(done, result.kind === 'comparing' ? result.askAgainMs : 0));
      const again = await client.enrol(code.trim(), about);
      if (again.kind !== 'no_answer') result = again; // the signal may come and go while people talk
    }
    setBusy(false);
    setDigits('');
    if (result.kind === 'enrolled') {
      await refresh();
      await forgetPin();
      return onJoined();
    }
    if (result.kind === 'no_answer') return refuse({ code: t.noAnswer });
    refuse({ code: result.code === 'invitation_invalid' ? t.invalid : t.failed });
  };

  if (digits) {
    return (
      <Page title={t.compare}>
        <p class="tally" role="status">
          <strong>{digits}</strong>
        </p>
        <p>{t.compareHint}</p>
      </Page>
    );
  }
  return (
    <Page title={t.title}>
      <p>{t.intro}</p>
      <ErrorSummary errors={errors} round={round} />
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Input id="code" label={t.code} hint={t.codeHint} value={code} onInput={setCode} error={errors['code']} />
        <Input
          id="device"
          label={t.device}
          hint={t.deviceHint}
          value={device}
          onInput={setDevice}
          error={errors['device']}
        />
        <button type="submit" class="primary" disabled={busy}>
          {busy ? t.sending : t.submit}
        </button>
      </form>
      {!identity.value && <Others />}
      <p>
        <a href="#/sign-in">{t.signIn}</a>
      </p>
      <p>
        <a href="#/verify">{t.verify}</a>
      </p>
      <p>
        <a href="#/open-needs">{t.openNeeds}</a>
      </p>
    </Page>
  );
}

export function Download() {
  const t = texts.value.join;
  const [seconds, setSeconds] = useState<number>();
  useEffect(() => {
    const began = performance.now();
    void syncNow()
      .then(loadUnitNames)
      .then(() => setSeconds((performance.now() - began) / 1000));
  }, []);
  const finished = seconds !== undefined;
  const complete = finished && Boolean(state.value.complete) && offlineReady.value;
  const title = !finished ? t.downloading : complete ? t.ready : t.paused;
  const { notice } = identity.value!;
  return (
    <Page title={title}>
      <div role="status">
        {finished && <p>{t.downloaded(numberText(shown.value.size), numberText(seconds, 1))}</p>}
        {complete && <p>{t.readyHint}</p>}
        {!finished && <progress aria-label={t.downloading} />}
      </div>
      <h2>{t.notice}</h2>
      <p class="notice" lang="vi">
        {notice.text}
      </p>
      <button type="button" class="primary" disabled={syncing.value && !finished} onClick={() => goInstead('')}>
        {t.start}
      </button>
    </Page>
  );
}
