// What is on today, what comes, what waits for this person.

import { dateText, hoursText, isoDate, numberText, spanText } from '../shell/format';
import { texts } from '../shell/language';
import { all, hasRole, number, text } from '../shell/model';
import { whereText } from '../shell/names';
import type { Shown } from '../sync';
import { Page, RowLink, Tag } from '../ui/page';
import { waitingFor } from './participations';

const DAY_MS = 24 * 3600_000;
const PAST_SHOWN = 10;

export const startOf = (activity: Shown): number =>
  number(activity, 'held_start') || number(activity, 'planned_start');

export const endOf = (activity: Shown): number =>
  number(activity, 'held_end') || number(activity, 'planned_end') || startOf(activity);

export function ActivityRow({ activity }: { activity: Shown }) {
  const statuses: { [status: string]: string } = texts.value.activity.statuses;
  return (
    <RowLink to={`activity/${activity.id}`} title={text(activity, 'title')}>
      {startOf(activity) > 0 && <span>{spanText(startOf(activity), endOf(activity))}</span>}
      <span>{whereText(activity)}</span>
      <span>
        <Tag>{statuses[text(activity, 'status')]}</Tag>
        {activity.pending && <Tag kind="local">{texts.value.sync.localOne}</Tag>}
      </span>
    </RowLink>
  );
}

const Rows = ({ activities }: { activities: Shown[] }) => (
  <ul class="rows">
    {activities.map((activity) => (
      <ActivityRow key={activity.id} activity={activity} />
    ))}
  </ul>
);

export function TodayScreen() {
  const t = texts.value.today_;
  const now = Date.now();
  const today = isoDate(now);
  const dated = all('activity')
    .filter((activity) => startOf(activity) > 0)
    .sort((a, b) => startOf(a) - startOf(b));
  const onToday = dated.filter((one) => isoDate(startOf(one)) <= today && isoDate(endOf(one)) >= today);
  const coming = dated.filter((one) => isoDate(startOf(one)) > today && startOf(one) < now + 30 * DAY_MS);
  const past = dated.filter((one) => isoDate(endOf(one)) < today).reverse();
  const waiting = hasRole('team_leader') ? waitingFor('attest') : [];
  return (
    <Page title={`${t.title}, ${dateText(now)}`}>
      {waiting.length > 0 && (
        <p class="call">
          <a href="#/attest">{t.attest(numberText(waiting.length))}</a>
        </p>
      )}
      {onToday.length > 0 ? <Rows activities={onToday} /> : <p>{t.nothingToday}</p>}
      <a class="button primary" href="#/record/activity">
        {t.record}
      </a>
      <h2>{t.upcoming}</h2>
      {coming.length > 0 ? <Rows activities={coming} /> : <p>{t.noUpcoming}</p>}
      {past.length > 0 && <h2>{t.past}</h2>}
      <Rows activities={past.slice(0, PAST_SHOWN)} />
    </Page>
  );
}

export const minutesText = (minutes: number): string => texts.value.hours(hoursText(minutes));
