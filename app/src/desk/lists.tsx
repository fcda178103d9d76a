// What this device holds as tables, narrowed by words, commune, kind and days, and as a file for Excel or CSV.

import { useState } from 'preact/hooks';
import { fold, isoDate, numberText, sortedBy } from '../shell/format';
import { texts } from '../shell/language';
import { all, unitName } from '../shell/model';
import { collectionName, fieldName, recordTitle } from '../shell/names';
import { say } from '../shell/toast';
import { typedDate } from '../shell/typed';
import { useOnce } from '../screens/once';
import { Input } from '../ui/fields';
import { Page } from '../ui/page';
import { downloadCsv } from './csv';
import { cells, isListed, LISTS, passes, sheetCells, wordOf, type List, type Listed } from './listed';
import { Select } from './select';
import { deskTexts } from './texts';

const PAGE = 100;

function Table({ name, list, rows }: { name: Listed; list: List; rows: ReturnType<typeof all> }) {
  const heads = [fieldName('unit'), ...list.columns.map(fieldName)];
  return (
    <div class="wide-table" tabIndex={0} role="region" aria-label={collectionName(name)}>
      <table>
        <thead>
          <tr>
            {heads.map((head, index) => (
              <th scope="col" key={index}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => (
            <Row key={one.id} cells={cells(one, list)} to={list.screen && `${list.screen}/${one.id}`} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function ListsScreen({ collection }: { collection: string | undefined }) {
  const name: Listed = isListed(collection) ? collection : 'activity';
  return <ListScreen key={name} name={name} />;
}

function ListScreen({ name }: { name: Listed }) {
  const t = deskTexts.value.lists;
  const list: List = LISTS[name];
  const [query, setQuery] = useState('');
  const [unit, setUnit] = useState('');
  const [choice, setChoice] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [shownCount, setShownCount] = useState(PAGE);
  const records = all(name);
  const units = sortedBy([...new Set(records.map((one) => one.unit))], unitName);
  const kinds = list.choice ? [...new Set(records.map((one) => one.fields[list.choice!]))].filter((one) => one !== undefined) : [];
  const wanted = fold(query.trim());
  const filter = { unit, choice, from: typedDate(from) ?? '', to: typedDate(to) ?? '' };
  const found = records.filter((one) => passes(one, list, filter) && fold(recordTitle(one)).includes(wanted));
  const rows = sortedBy(found, recordTitle);
  const everything = { value: '', label: t.everywhere };
  const heads = [fieldName('unit'), ...list.columns.map(fieldName)];
  const file = `${name}-${isoDate(Date.now())}`;
  const save = () => downloadCsv(file, [heads, ...rows.map((one) => cells(one, list))]);
  const saveXlsx = useOnce(async () => {
    const writer = await import('./xlsx').catch(() => say(texts.value.needsSignal));
    await writer?.downloadXlsx(file, collectionName(name), heads, rows.map((one) => sheetCells(one, list)));
  });
  return (
    <Page title={collectionName(name)} wide>
      <nav class="buttons" aria-label={t.title}>
        {(Object.keys(LISTS) as Listed[]).map((one) => (
          <a key={one} class="button" href={`#/lists/${one}`} aria-current={one === name ? 'page' : undefined}>
            {collectionName(one)}
          </a>
        ))}
      </nav>
      <div class="filters">
        <Input id="search" type="search" label={texts.value.search} value={query} onInput={setQuery} />
        {units.length > 1 && (
          <Select
            id="unit"
            label={fieldName('unit')}
            value={unit}
            choices={[everything, ...units.map((one) => ({ value: one, label: unitName(one) }))]}
            onChange={setUnit}
          />
        )}
        {kinds.length > 1 && (
          <Select
            id="choice"
            label={fieldName(list.choice!)}
            value={choice}
            choices={[everything, ...kinds.map((one) => ({ value: String(one), label: wordOf(list.choice!, one) }))]}
            onChange={setChoice}
          />
        )}
        {list.days && (
          <>
            <Input id="from" label={t.from} hint={t.dateHint} value={from} onInput={setFrom} error={from && !filter.from ? t.noDate : undefined} />
            <Input id="to" label={t.to} hint={t.dateHint} value={to} onInput={setTo} error={to && !filter.to ? t.noDate : undefined} />
          </>
        )}
      </div>
      <p role="status">{t.found(numberText(rows.length))}</p>
      <div class="buttons">
        <button type="button" onClick={saveXlsx} disabled={rows.length === 0}>
          {t.xlsx}
        </button>
        <button type="button" onClick={save} disabled={rows.length === 0}>
          {t.csv}
        </button>
      </div>
      {rows.length > 0 && <Table name={name} list={list} rows={rows.slice(0, shownCount)} />}
      {rows.length > shownCount && (
        <button type="button" onClick={() => setShownCount(shownCount + PAGE)}>
          {texts.value.more(numberText(Math.min(PAGE, rows.length - shownCount)))}
        </button>
      )}
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
