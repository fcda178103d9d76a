// One activity: what is known of it, who took part, how many children were reached.

import { useState } from 'preact/hooks';
import { hoursText, numberText, spanText } from '../shell/format';
import { texts } from '../shell/language';
import { later } from '../shell/later';
import { find, grouped, hasRole, number, save, standing, text } from '../shell/model';
import { nameOf, personName, valueText, whereText } from '../shell/names';
import { say } from '../shell/toast';
import type { Shown } from '../sync';
import { Facts, Page, Tag } from '../ui/page';
import { participationRows } from './participations';
import { Missing } from './missing';
import { endOf, startOf } from './today';

const DAY_MS = 24 * 3600_000;
const Pictures = later(async () => (await import('../photos/pictures')).Pictures, 'part');

function childrenText(activity: Shown): string {
  const t = texts.value.activity;
  const [low, high] = [number(activity, 'children_min'), number(activity, 'children_max')];
  return low === high ? t.exact(numberText(low)) : t.range(numberText(low), numberText(high));
}

export function ActivityScreen({ id }: { id: string | undefined }) {
  const t = texts.value.activity;
  const activity = find(id);
  if (!activity) return <Missing />;
  const statuses: { [status: string]: string } = t.statuses;
  const states: { [state: string]: string } = texts.value.states;
  const rows = participationRows().filter((row) => row.activity?.id === id);
  const counts = standing(grouped('headcount', 'activity').get(activity.id) ?? []);
  const may = hasRole('volunteer', 'team_leader', 'coordinator', 'province_admin');
  const status = text(activity, 'status');
  const begins = startOf(activity) < Date.now() + DAY_MS;
  const ahead = status === 'planned' || status === 'open';
  return (
    <Page title={text(activity, 'title')} back="">
      <p>
        <Tag>{statuses[status]}</Tag>
        {activity.pending && <Tag kind="local">{texts.value.sync.localOne}</Tag>}
      </p>
      <Facts
        rows={[
          [t.when, startOf(activity) ? spanText(startOf(activity), endOf(activity)) : texts.value.none],
          [t.where, whereText(activity)],
          [texts.value.fields.organisation, nameOf(activity.fields['organisation']) || texts.value.none],
          [t.note, text(activity, 'narrative') || texts.value.none],
        ]}
      />
      {text(activity, 'photo') && <Pictures digests={[text(activity, 'photo')]} title={text(activity, 'title')} />}
      {may && begins && status !== 'cancelled' && (
        <a class="button primary" href={`#/record/activity?plan=${activity.id}`}>
          {ahead ? t.recordNow : t.addPeople}
        </a>
      )}
      {may && begins && status !== 'cancelled' && (
        <a class="button" href={`#/count/${activity.id}`}>
          {t.count(numberText(number(activity, 'tally')))}
        </a>
      )}
      {may && ahead && <Plan activity={activity} />}
      <h2>
        {t.people} ({numberText(rows.length)})
      </h2>
      <ul class="lines">
        {rows.map((row) => (
          <li key={row.participation.id}>
            <strong>{row.name}</strong> {texts.value.hours(hoursText(row.minutes))}{' '}
            <Tag>{states[text(row.participation, 'state')] ?? texts.value.sync.localOne}</Tag>
          </li>
        ))}
      </ul>
      {counts.length > 0 && (
        <>
          <h2>{t.children}</h2>
          {number(activity, 'children_max') > 0 && <p>{childrenText(activity)}</p>}
          <ul class="lines">
            {counts.map((one) => (
              <li key={one.id}>
                {valueText('age_band', one.fields['age_band'])}: {numberText(number(one, 'count'))} (
                {valueText('basis', one.fields['basis'])}, {personName(one.createdBy)})
              </li>
            ))}
          </ul>
        </>
      )}
    </Page>
  );
}

/** What can still be changed before it takes place. */
function Plan({ activity }: { activity: Shown }) {
  const t = texts.value.plan;
  const [asked, setAsked] = useState(false);
  const cancel = async () => {
    const set = { status: 'cancelled' };
    await save([{ collection: 'activity', record: activity.id, base: activity.version, set }]);
    say(texts.value.savedLocal);
  };
  if (!asked) {
    return (
      <div class="buttons">
        <a class="button" href={`#/record/plan?plan=${activity.id}`}>
          {t.change}
        </a>
        <button type="button" class="danger" onClick={() => setAsked(true)}>
          {t.cancel}
        </button>
      </div>
    );
  }
  return (
    <div class="inset">
      <p>{t.cancelSure}</p>
      <button type="button" class="danger" onClick={() => void cancel()}>
        {t.cancelConfirm}
      </button>
      <button type="button" class="plain" onClick={() => setAsked(false)}>
        {t.keep}
      </button>
    </div>
  );
}
