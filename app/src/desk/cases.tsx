// Everything that somebody has to decide, and what was decided.

import { instantText } from '../shell/format';
import { find, text, unitName } from '../shell/model';
import { fieldName, recordTitle } from '../shell/names';
import { Page, RowLink } from '../ui/page';
import type { Shown } from '../sync';
import { closedCases, openCases } from './queues';
import { deskTexts } from './texts';

const CLOSED_SHOWN = 30;

export const kindName = (one: Shown): string => {
  const kind = String(one.fields['kind']);
  return (deskTexts.value.cases.kinds as { [kind: string]: string })[kind] ?? kind;
};

export const subjectsOf = (one: Shown): string[] => (one.fields['subject'] as string[] | undefined) ?? [];

/** Quarrels about the fields of one record are one matter; every other case is one of its own. */
export function matters(cases: readonly Shown[]): Shown[][] {
  const found = new Map<string, Shown[]>();
  for (const one of cases) {
    const key = one.fields['kind'] === 'field_conflict' ? String(subjectsOf(one)[0]) : one.id;
    found.set(key, [...(found.get(key) ?? []), one]);
  }
  return [...found.values()];
}

const fieldsOf = (cases: Shown[]): string =>
  cases.map(({ fields }) => (typeof fields['field'] === 'string' ? fieldName(fields['field']) : '')).filter(Boolean).join(', ');

function Matter({ cases, closed }: { cases: Shown[]; closed?: boolean }) {
  const [first] = cases as [Shown, ...Shown[]];
  const subject = subjectsOf(first).map(find).find(Boolean);
  const fields = fieldsOf(cases);
  return (
    <RowLink to={`cases/${first.id}`} title={subject ? recordTitle(subject) : kindName(first)}>
      <span>{[kindName(first), fields].filter(Boolean).join(': ')}</span>
      <span>{[unitName(first.unit), first.createdAt ? instantText(first.createdAt) : ''].filter(Boolean).join(' · ')}</span>
      {closed && text(first, 'why') && <span>{deskTexts.value.cases.because(text(first, 'why'))}</span>}
    </RowLink>
  );
}

export function CasesScreen() {
  const t = deskTexts.value.cases;
  const open = matters(openCases().sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0)));
  const closed = closedCases().sort((a, b) => b.version - a.version);
  return (
    <Page title={t.title} wide>
      {open.length === 0 && <p>{t.none}</p>}
      <ul class="rows">
        {open.map((cases) => (
          <Matter key={cases[0]!.id} cases={cases} />
        ))}
      </ul>
      {closed.length > 0 && (
        <>
          <h2>{t.closed}</h2>
          <p class="hint">{t.closedHint}</p>
        </>
      )}
      <ul class="rows">
        {closed.slice(0, CLOSED_SHOWN).map((one) => (
          <Matter key={one.id} cases={[one]} closed />
        ))}
      </ul>
    </Page>
  );
}
