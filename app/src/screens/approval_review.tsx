// What a page of approvals adds up to, with everything unusual, before the one decision about it.

import { useState } from 'preact/hooks';
import { hoursText, numberText } from '../shell/format';
import { texts } from '../shell/language';
import { text } from '../shell/model';
import { Facts, Page } from '../ui/page';
import { Warnings } from './approval_row';
import { longestDay, type Row } from './participations';
import { stepTexts } from './step_texts';

interface ReviewProps {
  rows: Row[];
  act: string;
  wide: boolean;
  onDecide(): Promise<void>;
  onBack(): void;
}

export function ApprovalReview({ rows, act, wide, onDecide, onBack }: ReviewProps) {
  const t = stepTexts.value;
  const [busy, setBusy] = useState(false);
  const warned = rows.filter(({ warnings }) => warnings.length > 0);
  const longest = rows.reduce((one, other) => (longestDay(other.attendance) > longestDay(one.attendance) ? other : one));
  const distinct = (key: (row: Row) => string) => numberText(new Set(rows.map(key)).size);
  const minutes = rows.reduce((sum, row) => sum + row.minutes, 0);
  const decide = async () => {
    setBusy(true);
    await onDecide().finally(() => setBusy(false));
  };
  return (
    <Page title={t.reviewTitle} wide={wide}>
      <Facts
        rows={[
          [t.people, distinct(({ person }) => person)],
          [t.activities, distinct(({ activity, participation }) => activity?.id ?? participation.id)],
          [t.totalHours, texts.value.hours(hoursText(minutes))],
          [t.longest, `${texts.value.hours(hoursText(longestDay(longest.attendance)))} – ${longest.name}`],
        ]}
      />
      <h2>{t.unusual(numberText(warned.length))}</h2>
      {warned.length === 0 ? <p>{t.nothingUnusual}</p> : <p>{t.unusualHint}</p>}
      <ul class="lines">
        {warned.map((row) => (
          <li key={row.participation.id}>
            <strong>{row.name}</strong>
            <span>
              {text(row.activity, 'title')}, {texts.value.hours(hoursText(row.minutes))}
            </span>
            <Warnings row={row} />
          </li>
        ))}
      </ul>
      <div class="buttons">
        <button type="button" class="primary" disabled={busy} onClick={() => void decide()}>
          {t.actOnAll(act, numberText(rows.length))}
        </button>
        <button type="button" onClick={onBack}>
          {texts.value.back}
        </button>
      </div>
    </Page>
  );
}
