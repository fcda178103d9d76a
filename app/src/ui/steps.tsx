// A form of one topic a screen, with the answers to check at the end. The step stands in the address, so the phone's
// own way back works; the answers stand in a draft, so nothing is lost by a reload.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { forgetDraft, useDraft, type Draft } from '../shell/drafts';
import { texts } from '../shell/language';
import { save } from '../shell/model';
import { go } from '../shell/router';
import type { Edit } from '../sync';
import { ErrorSummary, type Errors } from './fields';
import { Page } from './page';

export interface Step<T> {
  title: string;
  /** Left out where there is nothing to ask. */
  skip?: boolean;
  body(draft: Draft<T>, errors: Errors): ComponentChildren;
  check?(value: T): Errors;
  /** Rows for the last screen. */
  answers(value: T): [label: string, answer: ComponentChildren][];
}

interface FormProps<T> {
  /** Where the form lives; with `query` the key of its draft, which so leads back to it. */
  path: string;
  query?: string;
  caption: string;
  empty(): T;
  steps: Step<T>[];
  step: string | undefined;
  edits(value: T): Promise<Edit[]> | Edit[];
  onSaved(): void;
}

export function StepForm<T extends object>({ path, query = '', caption, empty, steps, step, edits, onSaved }: FormProps<T>) {
  const key = path + query;
  const draft = useDraft(key, empty);
  const [errors, setErrors] = useState<Errors>({});
  const [round, setRound] = useState(0);
  if (!draft) return null;
  const asked = steps.filter(({ skip }) => !skip);
  const index = step === 'check' ? asked.length : Math.min(Number(step ?? 1) - 1, asked.length - 1) || 0;
  const address = (to: number) => `${path}/${to >= asked.length ? 'check' : to + 1}${query}`;
  const refuse = (found: Errors) => {
    setErrors(found);
    setRound((before) => before + 1);
    return Object.keys(found).length > 0;
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (!refuse(asked[index]!.check?.(draft.value) ?? {})) go(address(index + 1));
  };
  const finish = async () => {
    const wrong = asked.findIndex((one) => Object.keys(one.check?.(draft.value) ?? {}).length > 0);
    if (wrong >= 0) return go(address(wrong));
    try {
      forgetDraft(key);
      await save(await edits(draft.value), key);
    } catch {
      refuse({ save: texts.value.saveFailed });
      return;
    }
    onSaved();
  };
  const here = asked[index];
  if (!here) return <Answers {...{ caption, asked, address, finish, errors, round }} value={draft.value} />;
  return (
    <Page title={here.title} caption={caption} back={index === 0 ? path.split('/')[0] : address(index - 1)} key={index}>
      <ErrorSummary errors={errors} round={round} />
      <form onSubmit={submit} noValidate>
        {here.body(draft, errors)}
        <button type="submit" class="primary">
          {texts.value.next}
        </button>
      </form>
    </Page>
  );
}

interface AnswersProps<T> {
  caption: string;
  asked: Step<T>[];
  value: T;
  address(to: number): string;
  finish(): Promise<void>;
  errors: Errors;
  round: number;
}

function Answers<T>({ caption, asked, value, address, finish, errors, round }: AnswersProps<T>) {
  const [busy, setBusy] = useState(false);
  const once = async () => {
    setBusy(true);
    await finish();
    setBusy(false);
  };
  return (
    <Page title={texts.value.checkAnswers} caption={caption} back={address(asked.length - 1)} key="check">
      <ErrorSummary errors={errors} round={round} />
      <dl class="answers">
        {asked.flatMap((one, index) =>
          one.answers(value).map(([label, answer], row) => (
            <div key={`${index}-${row}`}>
              <dt>{label}</dt>
              <dd>{answer}</dd>
              {row === 0 && (
                <dd class="change">
                  <a href={`#/${address(index)}`}>
                    {texts.value.change}
                    <span class="unseen"> {label}</span>
                  </a>
                </dd>
              )}
            </div>
          )),
        )}
      </dl>
      <button type="button" class="primary" disabled={busy} onClick={() => void once()}>
        {texts.value.saveLocal}
      </button>
    </Page>
  );
}
