// Who comes to the commune, and when.

import { useState } from 'preact/hooks';
import { spanText } from '../shell/format';
import { all, communesOf, text } from '../shell/model';
import { nameOf, whereText } from '../shell/names';
import { endOf, startOf } from '../screens/today';
import { Radios } from '../ui/fields';
import { Page, RowLink } from '../ui/page';
import { deskTexts } from './texts';

const DAY_MS = 24 * 3600_000;

export function ComingScreen() {
  const t = deskTexts.value.coming;
  const [days, setDays] = useState('7');
  const now = Date.now();
  const units = new Set(communesOf('commune_leader'));
  const coming = all('activity')
    .filter((one) => units.has(one.unit) && text(one, 'status') !== 'cancelled')
    .filter((one) => endOf(one) >= now && startOf(one) <= now + Number(days) * DAY_MS)
    .sort((a, b) => startOf(a) - startOf(b));
  return (
    <Page title={t.title}>
      <Radios
        id="days"
        label={t.title}
        hideLegend
        inline
        value={days}
        choices={[
          { value: '7', label: t.week },
          { value: '30', label: t.month },
        ]}
        onChange={setDays}
      />
      {coming.length === 0 && <p>{t.none}</p>}
      <ul class="rows">
        {coming.map((one) => (
          <RowLink key={one.id} to={`activity/${one.id}`} title={text(one, 'title')}>
            <span>{spanText(startOf(one), endOf(one))}</span>
            <span>{nameOf(one.fields['organisation'])}</span>
            <span>{whereText(one)}</span>
          </RowLink>
        ))}
      </ul>
    </Page>
  );
}
