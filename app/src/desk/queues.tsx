// The coordinator's first screen: what waits.

import { numberText } from '../shell/format';
import { all, text } from '../shell/model';
import { waitingFor } from '../screens/participations';
import { openOf } from '../screens/needs';
import { matters } from './cases';
import { Page } from '../ui/page';
import { deskTexts } from './texts';

export const openCases = () => all('case').filter((one) => text(one, 'state') === 'open');
export const closedCases = () => all('case').filter((one) => text(one, 'state') === 'resolved');
export const heldChanges = () => all('quarantine').filter((one) => text(one, 'state') === 'held');

export function QueuesScreen() {
  const t = deskTexts.value.desk;
  const queues = [
    { to: 'cases', name: t.cases, hint: t.casesHint, count: matters(openCases()).length },
    { to: 'approvals', name: t.approvals, hint: t.approvalsHint, count: waitingFor('approve').length },
    { to: 'needs', name: t.needs, hint: t.needsHint, count: all('need').filter((need) => openOf(need) > 0).length },
    { to: 'people', name: deskTexts.value.people.title, hint: deskTexts.value.people.hint, count: all('person').length },
    { to: 'quarantine', name: t.quarantine, hint: t.quarantineHint, count: heldChanges().length },
  ];
  return (
    <Page title={t.title} wide>
      <ul class="rows queues">
        {queues.map(({ to, name, hint, count }) => (
          <li key={to}>
            <a class="row" href={`#/${to}`}>
              <span class="count">{numberText(count)}</span>
              <strong>{name}</strong>
              <span>{hint}</span>
            </a>
          </li>
        ))}
      </ul>
    </Page>
  );
}
