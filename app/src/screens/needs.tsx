// What communes need, what has come, what is still open.

import { useState } from 'preact/hooks';
import { fold, isoDateText, numberText, sortedBy } from '../shell/format';
import { texts } from '../shell/language';
import { all, communesOf, find, grouped, hasRole, number, save, standing, text, unitName } from '../shell/model';
import { categoryName, nameOf, needTitle, personName, quantityText, whereText } from '../shell/names';
import { say } from '../shell/toast';
import type { Shown } from '../sync';
import { Check, Input } from '../ui/fields';
import { Facts, Page, RowLink, Tag } from '../ui/page';
import { Missing } from './missing';

const PAGE = 100;

/** What was assessed, also where the server has not summed it up yet. */
function quantityOf(need: Shown): number {
  if (need.fields['quantity'] !== undefined) return number(need, 'quantity');
  const assessed = standing(grouped('assessment', 'need').get(need.id) ?? []);
  return number(assessed[assessed.length - 1], 'quantity');
}

export const openOf = (need: Shown): number =>
  need.fields['open'] !== undefined ? number(need, 'open') : Math.max(0, quantityOf(need) - number(need, 'delivered'));

export const openText = (need: Shown): string =>
  texts.value.need.open(numberText(openOf(need)), quantityText(quantityOf(need), need));

function matches(need: Shown, query: string): boolean {
  return query === '' || fold(`${needTitle(need)} ${whereText(need)}`).includes(query);
}

const urgency = (need: Shown): number => number(need, 'priority') || 9;

export function NeedsScreen({ unit, place }: { unit: string | null; place: string | null }) {
  const t = texts.value.need;
  const [query, setQuery] = useState('');
  const [onlyOpen, setOnlyOpen] = useState(true);
  const wanted = fold(query.trim());
  const here = (need: Shown) => (!unit || need.unit === unit) && (!place || need.fields['place'] === place);
  const found = all('need').filter((need) => here(need) && matches(need, wanted) && (!onlyOpen || openOf(need) > 0));
  const needs = sortedBy(found, needTitle).sort((a, b) => urgency(a) - urgency(b));
  return (
    <Page title={texts.value.tabs.needs}>
      {communesOf('volunteer', 'team_leader', 'commune_leader', 'coordinator', 'province_admin').length > 0 && (
        <div class="buttons">
          <a class="button primary" href="#/record/need">
            {t.report}
          </a>
          <a class="button" href="#/map">
            {t.map}
          </a>
        </div>
      )}
      {(unit || place) && (
        <p>
          {t.only(nameOf(place) || unitName(unit!))} <a href="#/needs">{t.everywhere}</a>
        </p>
      )}
      <Input id="search" type="search" label={texts.value.search} value={query} onInput={setQuery} />
      <Check id="only-open" label={t.onlyOpen} checked={onlyOpen} onChange={setOnlyOpen} />
      {needs.length === 0 && <p>{query ? texts.value.noMatch : t.none}</p>}
      <ul class="rows">
        {needs.slice(0, PAGE).map((need) => (
          <RowLink key={need.id} to={`needs/${need.id}`} title={needTitle(need)}>
            <span>{openText(need)}</span>
            <span>{whereText(need)}</span>
            {need.fields['needed_by'] && <span>{t.by(isoDateText(text(need, 'needed_by')))}</span>}
            {need.pending && <Tag kind="local">{texts.value.sync.localOne}</Tag>}
          </RowLink>
        ))}
      </ul>
      {needs.length > PAGE && <p>{texts.value.more(numberText(needs.length - PAGE))}</p>}
    </Page>
  );
}

export function NeedScreen({ id }: { id: string }) {
  const t = texts.value.need;
  const need = find(id);
  if (!need) return <Missing />;
  const confirm = async () => {
    const set = { confirmed: true };
    await save([{ collection: 'need', record: need.id, base: need.version, set }]);
    say(texts.value.savedLocal);
  };
  const statuses: { [status: string]: string } = texts.value.needStatuses;
  const dateOf = text(need, 'needed_by');
  return (
    <Page title={needTitle(need)} back="needs">
      <p>
        <Tag>{statuses[text(need, 'status')] ?? texts.value.sync.localOne}</Tag>
        {need.fields['confirmed'] === true && <Tag>{t.confirmed}</Tag>}
        {need.pending && <Tag kind="local">{texts.value.sync.localOne}</Tag>}
      </p>
      <Facts
        rows={[
          [texts.value.fields.category, categoryName(text(need, 'category'))],
          [t.quantity, openText(need)],
          [texts.value.tabs.delivered, quantityText(number(need, 'delivered'), need)],
          [texts.value.activity.where, whereText(need)],
          [texts.value.fields.needed_by, dateOf ? isoDateText(dateOf) : texts.value.none],
          [texts.value.returned.author, personName(need.createdBy)],
        ]}
      />
      {hasRole('commune_leader') && need.fields['confirmed'] !== true && (
        <button type="button" class="primary" onClick={() => void confirm()}>
          {t.confirm}
        </button>
      )}
      {hasRole('volunteer', 'team_leader', 'coordinator') && openOf(need) > 0 && (
        <a class="button" href={`#/record/handout?need=${need.id}`}>
          {t.handout}
        </a>
      )}
    </Page>
  );
}
