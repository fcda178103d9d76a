// Activities, people and needs as tables, with a filter and as CSV.

import { useState } from 'preact/hooks';
import { fold, isoDate, numberText, sortedBy } from '../shell/format';
import { texts } from '../shell/language';
import { all, unitName } from '../shell/model';
import { collectionName, fieldName, recordTitle, valueText } from '../shell/names';
import type { Shown } from '../sync';
import { Input, Radios } from '../ui/fields';
import { Page } from '../ui/page';
import { downloadCsv } from './csv';
import { deskTexts } from './texts';

const COLUMNS = {
  activity: ['title', 'status', 'planned_start', 'held_start', 'held_end', 'organisation', 'place', 'contacts'],
  person: ['full_name', 'home_organisation'],
  need: ['item', 'category', 'quantity', 'delivered', 'open', 'unit_of_measure', 'needed_by'],
} as const;
type Listed = keyof typeof COLUMNS;
/** Where the record itself has a screen. */
const SCREENS: { [collection in Listed]?: string } = { activity: 'activity', need: 'needs' };
const PAGE = 100;

const cells = (record: Shown, columns: readonly string[]): string[] => [
  unitName(record.unit),
  ...columns.map((field) => (record.fields[field] === undefined ? '' : valueText(field, record.fields[field]))),
];

export function ListsScreen({ collection }: { collection: string | undefined }) {
  const t = deskTexts.value.lists;
  const listed: Listed = collection && collection in COLUMNS ? (collection as Listed) : 'activity';
  const [query, setQuery] = useState('');
  const [unit, setUnit] = useState('');
  const columns = COLUMNS[listed];
  const records = all(listed);
  const units = sortedBy([...new Set(records.map((one) => one.unit))], unitName);
  const wanted = fold(query.trim());
  const found = records.filter((one) => (!unit || one.unit === unit) && fold(recordTitle(one)).includes(wanted));
  const rows = sortedBy(found, recordTitle);
  const heads = [fieldName('unit'), ...columns.map(fieldName)];
  const save = () =>
    downloadCsv(`${listed}-${isoDate(Date.now())}`, [heads, ...rows.map((one) => cells(one, columns))]);
  return (
    <Page title={collectionName(listed)} wide key={listed}>
      <nav class="buttons" aria-label={t.title}>
        {(Object.keys(COLUMNS) as Listed[]).map((one) => (
          <a key={one} class="button" href={`#/lists/${one}`} aria-current={one === listed ? 'page' : undefined}>
            {collectionName(one)}
          </a>
        ))}
      </nav>
      <Input id="search" type="search" label={texts.value.search} value={query} onInput={setQuery} />
      {units.length > 1 && (
        <Radios
          id="unit"
          label={fieldName('unit')}
          inline
          value={unit}
          choices={[{ value: '', label: t.everywhere }, ...units.map((one) => ({ value: one, label: unitName(one) }))]}
          onChange={setUnit}
        />
      )}
      <p role="status">{t.found(numberText(rows.length))}</p>
      <button type="button" onClick={save} disabled={rows.length === 0}>
        {t.csv}
      </button>
      <div class="wide-table" tabIndex={0} role="region" aria-label={collectionName(listed)}>
        <table>
          <thead>
            <tr>
              {heads.map((head) => (
                <th scope="col" key={head}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, PAGE).map((one) => (
              <Row key={one.id} cells={cells(one, columns)} to={SCREENS[listed] && `${SCREENS[listed]}/${one.id}`} />
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > PAGE && <p>{texts.value.more(numberText(rows.length - PAGE))}</p>}
    </Page>
  );
}

/** The second cell names the record and leads to it. */
function Row({ cells, to }: { cells: string[]; to: string | undefined }) {
  return (
    <tr>
      {cells.map((cell, index) => (
        <td key={index}>{index === 1 && to ? <a href={`#/${to}`}>{cell}</a> : cell}</td>
      ))}
    </tr>
  );
}
