// The lock of a shared phone: opened with the PIN, and set or taken away on the page of the outbox.

import { useEffect, useState } from 'preact/hooks';
import { numberText } from '../shell/format';
import { texts } from '../shell/language';
import { find, identity, text } from '../shell/model';
import { say } from '../shell/toast';
import { ErrorSummary, Input, type Errors } from '../ui/fields';
import { Page } from '../ui/page';
import { accessTexts } from './access_texts';
import { useOnce } from './once';
import { hasPin, isPin, removePin, setPin, tryPin } from './pin';
import { Others } from './profiles';

const SECOND_MS = 1000;

interface PinFormProps {
  id: string;
  label: string;
  submit: string;
  act(digits: string): Promise<boolean | { waitMs: number }>;
  onDone(): void;
}

/** Asks for the present PIN. */
function PinForm({ id, label, submit, act, onDone }: PinFormProps) {
  const t = accessTexts.value.pin;
  const [digits, setDigits] = useState('');
  const [errors, setErrors] = useState<Errors>({});
  const [round, setRound] = useState(0);
  const enter = useOnce(async () => {
    const right = isPin(digits) ? await act(digits) : undefined;
    if (right === true) return onDone();
    const wait = right && t.wait(numberText(Math.ceil(right.waitMs / SECOND_MS)));
    setErrors({ [id]: wait || (right === false ? t.wrong : t.missing) });
    setRound((before) => before + 1);
    setDigits('');
  });
  return (
    <form onSubmit={(event) => (event.preventDefault(), void enter())} noValidate>
      <ErrorSummary errors={errors} round={round} />
      <Input id={id} type="password" numeric label={label} value={digits} onInput={setDigits} error={errors[id]} />
      <button type="submit" class="primary">
        {submit}
      </button>
    </form>
  );
}

export function LockScreen() {
  const t = accessTexts.value.pin;
  const name = text(find(identity.value?.person), 'full_name');
  return (
    <Page title={name ? t.titleFor(name) : t.title}>
      <PinForm id="pin" label={t.pin} submit={t.open} act={tryPin} onDone={() => undefined} />
      <Others />
      <h2>{t.forgotten}</h2>
      <p>
        {t.forgottenHint} <a href="#/enrol">{t.enrol}</a>
      </p>
    </Page>
  );
}

function NewPin({ onDone }: { onDone(): void }) {
  const t = accessTexts.value.pin;
  const [digits, setDigits] = useState('');
  const [again, setAgain] = useState('');
  const [errors, setErrors] = useState<Errors>({});
  const [round, setRound] = useState(0);
  const store = useOnce(async () => {
    const found: Errors = !isPin(digits) ? { 'new-pin': t.missing } : digits !== again ? { 'pin-again': t.differs } : {};
    setErrors(found);
    setRound((before) => before + 1);
    if (Object.keys(found).length > 0) return;
    await setPin(digits);
    say(t.set);
    onDone();
  });
  return (
    <form class="inset" onSubmit={(event) => (event.preventDefault(), void store())} noValidate>
      <ErrorSummary errors={errors} round={round} />
      <Input id="new-pin" type="password" numeric label={t.newPin} hint={t.newPinHint} value={digits} onInput={setDigits} error={errors['new-pin']} />
      <Input id="pin-again" type="password" numeric label={t.again} value={again} onInput={setAgain} error={errors['pin-again']} />
      <button type="submit" class="primary">
        {t.save}
      </button>
      <button type="button" class="plain" onClick={onDone}>
        {texts.value.cancel}
      </button>
    </form>
  );
}

/** On the page of the outbox. */
export function PinSettings() {
  const t = accessTexts.value.pin;
  const [present, setPresent] = useState<boolean>();
  const [open, setOpen] = useState(false);
  const load = () => {
    setOpen(false);
    void hasPin().then(setPresent);
  };
  useEffect(load, []);
  const removed = () => {
    say(t.removed);
    load();
  };
  if (present === undefined) return null;
  return (
    <>
      <h2>{t.settings}</h2>
      <p>{t.what}</p>
      {!open && (
        <button type="button" onClick={() => setOpen(true)}>
          {present ? t.remove : t.add}
        </button>
      )}
      {open && present && (
        <div class="inset">
          <PinForm id="old-pin" label={t.pin} submit={t.remove} act={removePin} onDone={removed} />
        </div>
      )}
      {open && !present && <NewPin onDone={load} />}
    </>
  );
}
