// Everything that somebody has to decide.

import { instantText } from '../shell/format';
import { find, unitName } from '../shell/model';
import { fieldName, recordTitle } from '../shell/names';
import { Page, RowLink } from '../ui/page';
import type { Shown } from '../sync';
import { openCases } from './queues';
import { deskTexts } from './texts';

export const kindName = (one: Shown): string => {
  const kind = String(one.fields['kind']);
  return (deskTexts.value.cases.kinds as { [kind: string]: string })[kind] ?? kind;
};

export const subjectsOf = (one: Shown): string[] => (one.fields['subject'] as string[] | undefined) ?? [];

export function CasesScreen() {
  const t = deskTexts.value.cases;
  const cases = openCases().sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0));
  return (
    <Page title={t.title} wide>
      {cases.length === 0 && <p>{t.none}</p>}
      <ul class="rows">
        {cases.map((one) => {
          const subject = subjectsOf(one).map(find).find(Boolean);
          const field = one.fields['field'];
          return (
            <RowLink key={one.id} to={`cases/${one.id}`} title={subject ? recordTitle(subject) : kindName(one)}>
              <span>
                {kindName(one)}
                {typeof field === 'string' && `: ${fieldName(field)}`}
              </span>
              <span>
                {unitName(one.unit)}
                {one.createdAt ? ` · ${instantText(one.createdAt)}` : ''}
              </span>
            </RowLink>
          );
        })}
      </ul>
    </Page>
  );
}
