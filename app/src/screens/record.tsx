// What can be recorded, and what somebody has begun.

import { useEffect, useState } from 'preact/hooks';
import { texts } from '../shell/language';
import { client, find, hasRole, text } from '../shell/model';
import { Page, RowLink } from '../ui/page';

const FORMS = ['activity', 'plan', 'need', 'handout'] as const;

/** A draft is kept under the address of its form. */
function draftTitle(address: string): string {
  const [path, query] = address.split('?');
  const form = FORMS.find((one) => path === `record/${one}`);
  const about = path?.startsWith('count/') ? path.slice('count/'.length) : new URLSearchParams(query).get('plan');
  const plan = text(find(about), 'title');
  return plan || (form ? texts.value.record[form] : address);
}

export function RecordScreen() {
  const t = texts.value.record;
  const [begun, setBegun] = useState<string[]>([]);
  useEffect(() => {
    void client.store.draftKeys().then(setBegun);
  }, []);
  const hints = { activity: t.activityHint, plan: t.planHint, need: t.needHint, handout: t.handoutHint };
  return (
    <Page title={t.title}>
      <ul class="rows">
        {FORMS.map((form) => (
          <RowLink key={form} to={`record/${form}`} title={t[form]}>
            {hints[form]}
          </RowLink>
        ))}
        {hasRole('team_leader') && (
          <RowLink to="people" title={t.team}>
            {t.teamHint}
          </RowLink>
        )}
      </ul>
      {begun.length > 0 && <h2>{t.drafts}</h2>}
      <ul class="rows">
        {begun.map((address) => (
          <RowLink key={address} to={address} title={draftTitle(address)} />
        ))}
      </ul>
    </Page>
  );
}
