// Anybody checks a certificate by the two lines that are printed on it.

import { useState } from 'preact/hooks';
import * as v from 'valibot';
import { hoursText, instantText, isoDateText } from '../shell/format';
import { paperTexts } from './paper_texts';
import { loadProvinces, unitName } from '../shell/model';
import { ErrorSummary, Input, type Errors } from '../ui/fields';
import { Facts, Page } from '../ui/page';

const Checked = v.object({
  verdict: v.picklist(['valid', 'revoked', 'superseded']),
  as_of: v.number(),
  number: v.string(),
  holder: v.string(),
  activity: v.string(),
  commune: v.string(),
  from: v.string(),
  to: v.string(),
  minutes: v.number(),
  issued_on: v.string(),
});
type Checked = v.InferOutput<typeof Checked>;

async function ask(number: string, code: string): Promise<Checked | Errors> {
  const t = paperTexts.value.verify;
  const query = new URLSearchParams({ number, code });
  const answer = await fetch(`/v1/certificates/check?${query.toString()}`).catch(() => undefined);
  if (answer?.status === 404) return { number: t.wrong };
  if (answer?.status === 429) return { number: t.busy };
  const parsed = v.safeParse(Checked, await answer?.json().catch(() => undefined));
  if (!parsed.success) return { number: t.noAnswer };
  await loadProvinces([`2025:${parsed.output.number.slice(0, 2)}`]); // a number begins with the province's code
  return parsed.output;
}

export function VerifyScreen() {
  const t = paperTexts.value.verify;
  const [number, setNumber] = useState('');
  const [code, setCode] = useState('');
  const [errors, setErrors] = useState<Errors>({});
  const [round, setRound] = useState(0);
  const [found, setFound] = useState<Checked>();
  if (found) return <Result found={found} onAgain={() => setFound(undefined)} />;
  const submit = async (event: Event) => {
    event.preventDefault();
    const wrong: Errors = {};
    if (!number.trim()) wrong['number'] = t.numberMissing;
    if (!code.trim()) wrong['code'] = t.codeMissing;
    const result = Object.keys(wrong).length > 0 ? wrong : await ask(number.trim(), code.trim().toUpperCase());
    if ('verdict' in result) return setFound(result as Checked);
    setErrors(result as Errors);
    setRound(round + 1);
  };
  return (
    <Page title={t.title} back="">
      <p>{t.intro}</p>
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
    </Page>
  );
}

function Result({ found, onAgain }: { found: Checked; onAgain(): void }) {
  const t = paperTexts.value.verify;
  const c = paperTexts.value.certificates;
  const dates = found.from === found.to ? [found.from] : [found.from, found.to];
  return (
    <Page title={t[found.verdict]}>
      <p>{t.asOf(instantText(found.as_of))}</p>
      <p>{t.compare}</p>
      <Facts
        rows={[
          [c.holder, found.holder],
          [t.number, found.number],
          [t.activity, found.activity],
          [t.commune, unitName(found.commune)],
          [t.time, dates.map(isoDateText).join(' – ')],
          [t.hours, hoursText(found.minutes)],
          [c.issued, isoDateText(found.issued_on)],
        ]}
      />
      <button type="button" onClick={onAgain}>
        {t.again}
      </button>
    </Page>
  );
}
