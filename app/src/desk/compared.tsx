// Records side by side, with only the differences marked.

import { instantText } from '../shell/format';
import { unitName } from '../shell/model';
import { fieldName, personName, recordTitle, valueText } from '../shell/names';
import type { Shown } from '../sync';
import { letter } from './candidates';
import { deskTexts } from './texts';

type Line = [label: string, values: string[]];

/** What the server writes for itself says nothing to whoever compares. */
const HIDDEN = new Set(['same_as']);
/** Where one of these stands, a line with what the record is about would repeat it. */
const NAMES = ['title', 'full_name', 'name'];

function lines(records: Shown[]): Line[] {
  const t = deskTexts.value.cases;
  const fields = [...new Set(records.flatMap((record) => Object.keys(record.fields)))].filter((field) => !HIDDEN.has(field));
  const about: Line[] = [
    ...(NAMES.some((name) => fields.includes(name)) ? [] : [[t.subject, records.map(recordTitle)] as Line]),
    [fieldName('unit'), records.map(({ unit }) => unitName(unit))],
    [t.by, records.map(({ createdBy }) => personName(createdBy))],
    [t.at, records.map(({ createdAt }) => (createdAt ? instantText(createdAt) : ''))],
  ];
  const rest = fields.map((field): Line => [
    fieldName(field),
    records.map((record) => valueText(field, record.fields[field])),
  ]);
  return [...about, ...rest];
}

export function Compared({ records }: { records: Shown[] }) {
  const t = deskTexts.value.cases;
  return (
    <table>
      {records.length > 1 && (
        <thead>
          <tr>
            <td />
            {records.map((record, index) => (
              <th scope="col" key={record.id}>
                {t.version(letter(index))}
              </th>
            ))}
          </tr>
        </thead>
      )}
      <tbody>
        {lines(records).map(([label, values]) => {
          const differs = new Set(values).size > 1;
          return (
            <tr key={label} class={differs ? 'differs' : undefined}>
              <th scope="row">
                {label}
                {differs && <span class="tag warn">{t.different}</span>}
              </th>
              {values.map((value, index) => (
                <td key={index}>{value}</td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
