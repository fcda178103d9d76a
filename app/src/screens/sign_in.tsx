// Signing in at a desk by login and password, then by a one-time code where the server asks for one. Whoever has lost
// their way in is told whom to ask: there are no questions to answer and no addresses to send a link to.

import { useState } from 'preact/hooks';
import { signIn, type SignedIn } from '../sync/session';
import { numberText } from '../shell/format';
import { forgetPin } from '../shell/lock';
import { client, identity, refresh, syncNow } from '../shell/model';
import { goInstead } from '../shell/router';
import { Check, ErrorSummary, Input, type Errors } from '../ui/fields';
import { Page } from '../ui/page';
import { accessTexts } from './access_texts';
import { Download, platform } from './join';

const EMPTY = { login: '', password: '', totp: '' };

function refusalText(result: Exclude<SignedIn, 'signed_in' | 'totp_needed'>): string {
  const t = accessTexts.value.signIn;
  if (typeof result === 'object') return t.wait(numberText(result.waitSeconds));
  return { sign_in_failed: t.failed, key_taken: t.keyTaken, no_answer: t.noAnswer }[result];
}

/** What the form still lacks. */
function missing({ login, password, totp }: typeof EMPTY, codeAsked: boolean): Errors {
  const t = accessTexts.value.signIn;
  if (codeAsked) return /^\d{6}$/.test(totp.replace(/\s/g, '')) ? {} : { totp: t.codeMissing };
  return { ...(!login.trim() && { login: t.loginMissing }), ...(!password && { password: t.passwordMissing }) };
}

export function SignInScreen() {
  const t = accessTexts.value.signIn;
  const [given, setGiven] = useState(EMPTY);
  const [codeAsked, setCodeAsked] = useState(false);
  const [errors, setErrors] = useState<Errors>({});
  const [round, setRound] = useState(0);
  const [busy, setBusy] = useState(false);
  const [fresh, setFresh] = useState(false);
  if (fresh && identity.value) return <Download />;
  const refuse = (found: Errors) => {
    setErrors(found);
    setRound((before) => before + 1);
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    const found = missing(given, codeAsked);
    refuse(found);
    if (busy || Object.keys(found).length > 0) return;
    setBusy(true);
    const known = identity.value !== undefined;
    const words = { ...given, login: given.login.trim(), totp: given.totp.replace(/\s/g, '') };
    const result = await signIn(client, words, { name: t.device, platform: platform() });
    setBusy(false);
    if (result === 'totp_needed') return setCodeAsked(true);
    if (result !== 'signed_in') {
      setGiven({ ...given, totp: '' });
      return refuse({ [codeAsked ? 'totp' : 'login']: refusalText(result) });
    }
    setGiven(EMPTY);
    await refresh();
    await forgetPin();
    if (!known) return setFresh(true);
    void syncNow();
    goInstead('');
  };
  const startAgain = () => {
    setCodeAsked(false);
    setGiven(EMPTY);
    setErrors({});
  };
  return (
    <Page title={codeAsked ? t.codeTitle : t.title} back="">
      {!codeAsked && <p>{identity.value ? t.again : t.intro}</p>}
      <ErrorSummary errors={errors} round={round} />
      <form onSubmit={(event) => void submit(event)} noValidate>
        {codeAsked ? (
          <Input id="totp" label={t.code} hint={t.codeHint} numeric autoComplete="one-time-code" value={given.totp} onInput={(totp) => setGiven({ ...given, totp })} error={errors['totp']} />
        ) : (
          <Words given={given} set={(change) => setGiven({ ...given, ...change })} errors={errors} />
        )}
        <button type="submit" class="primary" disabled={busy}>
          {t.submit}
        </button>
        {codeAsked && (
          <button type="button" class="plain" onClick={startAgain}>
            {t.back}
          </button>
        )}
      </form>
      <Help />
    </Page>
  );
}

interface WordsProps {
  given: typeof EMPTY;
  set(change: Partial<typeof EMPTY>): void;
  errors: Errors;
}

function Words({ given, set, errors }: WordsProps) {
  const t = accessTexts.value.signIn;
  const [visible, setVisible] = useState(false);
  return (
    <>
      <Input id="login" label={t.login} autoComplete="username" value={given.login} onInput={(login) => set({ login })} error={errors['login']} />
      <Input
        id="password"
        type={visible ? 'text' : 'password'}
        label={t.password}
        autoComplete="current-password"
        value={given.password}
        onInput={(password) => set({ password })}
        error={errors['password']}
      />
      <Check id="visible" label={t.show} checked={visible} onChange={setVisible} />
    </>
  );
}

function Help() {
  const t = accessTexts.value.signIn;
  return (
    <>
      <h2>{t.help}</h2>
      <ul class="plainlist">
        <li>{t.helpPassword}</li>
        <li>{t.helpCode}</li>
        {!identity.value && (
          <li>
            {t.helpPhone} <a href="#/">{t.join}</a>
          </li>
        )}
      </ul>
    </>
  );
}
