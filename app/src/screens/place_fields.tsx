// Commune and place, as several forms ask for them.

import { sortedBy } from '../shell/format';
import { all, text, unitName } from '../shell/model';
import { Radios, type Errors } from '../ui/fields';
import { formTexts } from './form_texts';

interface PlaceFieldsProps {
  communes: string[];
  unit: string;
  place: string;
  set(change: { unit?: string; place?: string }): void;
  errors: Errors;
}

export function PlaceFields({ communes, unit, place, set, errors }: PlaceFieldsProps) {
  const t = formTexts.value.recordActivity;
  const places = sortedBy(
    all('place').filter((one) => one.unit === unit),
    (one) => text(one, 'name'),
  );
  return (
    <>
      {communes.length > 1 && (
        <Radios
          id="unit"
          label={t.commune}
          value={unit}
          choices={communes.map((one) => ({ value: one, label: unitName(one) }))}
          onChange={(wanted) => set({ unit: wanted, place: '' })}
          error={errors['unit']}
        />
      )}
      {unit && places.length > 0 && (
        <Radios
          id="place"
          label={communes.length > 1 ? t.place : `${t.place} (${unitName(unit)})`}
          value={place}
          choices={[
            ...places.map((one) => ({ value: one.id, label: text(one, 'name'), hint: text(one, 'village') })),
            { value: '', label: t.noPlace },
          ]}
          onChange={(wanted) => set({ place: wanted })}
        />
      )}
      {communes.length === 1 && places.length === 0 && <p>{unitName(unit)}</p>}
    </>
  );
}

export const checkPlace = (communes: string[], unit: string): Errors =>
  communes.includes(unit) ? {} : { unit: formTexts.value.recordActivity.communeMissing };
