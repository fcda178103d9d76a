// The versions of one field that people wrote without knowing of each other, side by side.

import { instantText } from '../shell/format';
import { fieldName, personName, valueText } from '../shell/names';
import { canonical, type Fields, type Shown, type Value } from '../sync';
import { deskTexts } from './texts';

export interface Candidate {
  value: Value;
  person: string;
  device: string;
  at: number;
}

export const candidatesOf = (one: Shown): Candidate[] =>
  (one.fields['candidates'] as unknown as Candidate[] | undefined) ?? [];
export const fieldOf = (one: Shown): string => String(one.fields['field']);
export const letter = (index: number): string => String.fromCharCode(65 + index);

/** A group of fields has a structure as its value; it is written member by member. */
export function written(field: string, value: Value): Fields {
  const group = value !== null && typeof value === 'object' && !Array.isArray(value) && field !== 'position';
  return group ? (value as Fields) : { [field]: value };
}

export function isShown(one: Shown, subject: Shown, { value }: Candidate): boolean {
  const field = fieldOf(one);
  if (field === 'unit') return value === subject.unit;
  const present = (name: string): Value => subject.fields[name] ?? null;
  const wanted = written(field, value);
  return Object.entries(wanted).every(([name, part]) => canonical(part) === canonical(present(name)));
}

export function Versions({ one, subject }: { one: Shown; subject: Shown }) {
  const t = deskTexts.value.cases;
  const field = fieldOf(one);
  const candidates = candidatesOf(one);
  const rows: [string, (candidate: Candidate) => string][] = [
    [t.value, ({ value }) => valueText(field, value)],
    [t.by, ({ person }) => personName(person)],
    [t.at, ({ at }) => instantText(at)],
    [t.device, ({ device }) => device.slice(0, 8)],
  ];
  return (
    <table>
      <caption>{fieldName(field)}</caption>
      <thead>
        <tr>
          <td />
          {candidates.map((candidate, index) => (
            <th scope="col" key={index}>
              {t.version(letter(index))}
              {isShown(one, subject, candidate) && <span class="hint"> ({t.now})</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([label, show]) => {
          const differs = new Set(candidates.map(show)).size > 1;
          return (
            <tr key={label} class={differs ? 'differs' : undefined}>
              <th scope="row">
                {label}
                {differs && <span class="tag warn">{t.different}</span>}
              </th>
              {candidates.map((candidate, index) => (
                <td key={index}>{show(candidate)}</td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
