// What is still needed and where, for everybody: donors, neighbours, the press. The last answer stays for use without
// signal.

import { useEffect, useState } from 'preact/hooks';
import * as v from 'valibot';
import { fold, instantText, isoDateText, numberText } from '../shell/format';
import { texts } from '../shell/language';
import { categoryName, measureName } from '../shell/names';
import { Input } from '../ui/fields';
import { Page } from '../ui/page';
import { paperTexts } from './paper_texts';

const count = v.nullable(v.union([v.number(), v.literal('<5')]));
const word = v.nullable(v.string());
const OpenNeeds = v.object({
  as_of: v.number(),
  items: v.array(
    v.object({
      commune: v.string(),
      commune_name: word,
      province_name: word,
      category: v.string(),
      item: word,
      unit_of_measure: word,
      quantity: count,
      open: count,
      beneficiaries: count,
      needed_by: word,
    }),
  ),
});
type OpenNeeds = v.InferOutput<typeof OpenNeeds>;
type OpenNeed = OpenNeeds['items'][number];

const ADDRESS = '/v1/open-needs';
const KEY = 'open_needs';
const SHOWN = 200;

function known(): OpenNeeds | undefined {
  try {
    return v.parse(OpenNeeds, JSON.parse(localStorage.getItem(KEY) ?? 'null'));
  } catch {
    return undefined;
  }
}

async function ask(): Promise<OpenNeeds | undefined> {
  const answer = await fetch(ADDRESS).catch(() => undefined);
  const parsed = v.safeParse(OpenNeeds, answer?.ok ? await answer.json().catch(() => undefined) : undefined);
  if (!parsed.success) return undefined;
  try {
    localStorage.setItem(KEY, JSON.stringify(parsed.output));
  } catch {
    // a full phone shows the list, and does not keep it
  }
  return parsed.output;
}

const countText = (value: number | '<5' | null): string =>
  value === null ? '' : value === '<5' ? paperTexts.value.openNeeds.fewer : numberText(value);

const whatText = (need: OpenNeed): string => need.item ?? categoryName(need.category);
const whereText = (need: OpenNeed): string => [need.commune_name ?? need.commune, need.province_name].filter(Boolean).join(', ');

function NeedLine({ need }: { need: OpenNeed }) {
  const t = paperTexts.value.openNeeds;
  const measure = need.unit_of_measure ? measureName(need.unit_of_measure) : '';
  return (
    <li>
      <strong>{whatText(need)}</strong>
      <span>{t.open(`${countText(need.open)} ${measure}`.trim())}</span>
      {need.beneficiaries !== null && <span>{t.people(countText(need.beneficiaries))}</span>}
      <span>{whereText(need)}</span>
      {need.needed_by && <span>{texts.value.need.by(isoDateText(need.needed_by))}</span>}
    </li>
  );
}

export function OpenNeedsScreen() {
  const t = paperTexts.value.openNeeds;
  const [list, setList] = useState(known);
  const [asked, setAsked] = useState(false);
  const [query, setQuery] = useState('');
  useEffect(
    () =>
      void ask().then((fresh) => {
        if (fresh) setList(fresh);
        setAsked(true);
      }),
    [],
  );
  const wanted = fold(query.trim());
  const found = (list?.items ?? []).filter((need) => fold(`${whatText(need)} ${whereText(need)}`).includes(wanted));
  return (
    <Page title={t.title} back="">
      <p>{t.intro}</p>
      {!list && <p role="status">{asked ? t.noAnswer : texts.value.loading}</p>}
      {list && (
        <>
          <Input id="search" type="search" label={t.search} value={query} onInput={setQuery} />
          <p role="status">
            {t.found(numberText(found.length))} {t.asOf(instantText(list.as_of))}
          </p>
          <ul class="lines">
            {found.slice(0, SHOWN).map((need, index) => (
              <NeedLine key={index} need={need} />
            ))}
          </ul>
          {found.length > SHOWN && <p>{t.narrow}</p>}
          <h2>{t.files}</h2>
          <div class="buttons">
            <a class="button" href={`${ADDRESS}?format=csv`} download="open-needs.csv">
              {t.csv}
            </a>
            <a class="button" href={`${ADDRESS}?format=geojson`} download="open-needs.geojson">
              {t.geojson}
            </a>
          </div>
        </>
      )}
    </Page>
  );
}
