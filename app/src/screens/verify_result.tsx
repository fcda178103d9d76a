// What is known of a certificate, and how old that knowledge is.

import { hoursText, instantText, isoDateText, numberText } from '../shell/format';
import { unitName } from '../shell/model';
import type { Facts as CodeFacts } from '../checking/certificate_code';
import type { KnownStanding } from '../checking/status_lists';
import { Facts, Page } from '../ui/page';
import { paperTexts } from './paper_texts';
import type { Answer } from './verify_ask';

export type Found =
  | { kind: 'answered'; answer: Answer }
  /** The signature fits; the server could not be asked. */
  | { kind: 'genuine'; facts: CodeFacts; keysAt: number; known: KnownStanding | undefined }
  | { kind: 'forged' | 'unknown_key'; keysAt: number | undefined };

const DAY_MS = 24 * 3600_000;

function age(at: number): string {
  const days = Math.floor((Date.now() - at) / DAY_MS);
  return paperTexts.value.verify.daysOld(numberText(days));
}

/** What is older than a day is not said as if it were so now; what was withdrawn stays so. */
function verdictOf({ standing, asOf }: KnownStanding): string {
  const { verdicts } = paperTexts.value.verify;
  if (standing !== 'in_force') return verdicts[standing];
  return Date.now() - asOf < DAY_MS ? verdicts.valid : verdicts.valid_as_of;
}

type Printed = Pick<CodeFacts, 'number' | 'holder' | 'activity' | 'commune' | 'from' | 'to' | 'minutes'>;

function PrintedFacts({ printed, issued }: { printed: Printed; issued: string }) {
  const t = paperTexts.value.verify;
  const c = paperTexts.value.certificates;
  const dates = printed.from === printed.to ? [printed.from] : [printed.from, printed.to];
  return (
    <>
      <p class="call">{t.compare(printed.holder)}</p>
      <Facts
        rows={[
          [c.holder, <strong>{printed.holder}</strong>],
          [t.number, printed.number],
          [t.activity, printed.activity],
          [t.commune, unitName(printed.commune)],
          [t.time, dates.map(isoDateText).join(' – ')],
          [t.hours, hoursText(printed.minutes)],
          [c.issued, issued],
        ]}
      />
    </>
  );
}

export function VerifyResult({ found, onAgain }: { found: Found; onAgain(): void }) {
  const t = paperTexts.value.verify;
  const again = (
    <button type="button" onClick={onAgain}>
      {t.again}
    </button>
  );
  if (found.kind === 'answered') {
    const { answer } = found;
    return (
      <Page title={t.verdicts[answer.verdict]}>
        <p>{t.asOf(instantText(answer.as_of))}</p>
        <PrintedFacts printed={answer} issued={isoDateText(answer.issued_on)} />
        {again}
      </Page>
    );
  }
  if (found.kind === 'genuine') {
    const { known } = found;
    return (
      <Page title={known ? verdictOf(known) : t.genuine}>
        <p>
          {known
            ? t.byLists(instantText(known.asOf), age(known.asOf))
            : t.genuineHint(instantText(found.keysAt), age(found.keysAt))}
        </p>
        <PrintedFacts printed={found.facts} issued={instantText(found.facts.issuedAt)} />
        {again}
      </Page>
    );
  }
  return (
    <Page title={found.kind === 'forged' ? t.forged : t.unknownKey}>
      <p>{found.kind === 'forged' ? t.forgedHint : t.unknownKeyHint}</p>
      {found.keysAt !== undefined && <p class="hint">{t.keysFrom(instantText(found.keysAt), age(found.keysAt))}</p>}
      {again}
    </Page>
  );
}
