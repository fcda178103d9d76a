// Numbers of people by age band; people are counts here, never names.

import { numberText } from '../shell/format';
import { texts } from '../shell/language';
import { Input, wholeNumber, type Errors } from '../ui/fields';
import { formTexts } from './form_texts';

export const BANDS = ['0_2', '3_5', '6_10', '11_15', 'adult'] as const;
export type Band = (typeof BANDS)[number];
export type Counts = { [band in Band]?: string };
const COUNT_MAX = 1_000_000;

interface BandFieldsProps {
  counts: Counts;
  bands?: readonly Band[];
  set(counts: Counts): void;
  errors: Errors;
}

export const BandFields = ({ counts, bands = BANDS, set, errors }: BandFieldsProps) => (
  <>
    {bands.map((band) => (
      <Input
        key={band}
        id={`band-${band}`}
        label={texts.value.bands[band]}
        numeric
        value={counts[band] ?? ''}
        onInput={(value) => set({ ...counts, [band]: value })}
        error={errors[`band-${band}`]}
      />
    ))}
  </>
);

export function checkBands(counts: Counts): Errors {
  const errors: Errors = {};
  for (const band of BANDS) {
    const typed = counts[band]?.trim();
    const number = typed ? wholeNumber(typed) : 0;
    if (number === undefined || number > COUNT_MAX) {
      errors[`band-${band}`] = formTexts.value.recordActivity.countWrong(texts.value.bands[band]);
    }
  }
  return errors;
}

/** What was entered, without empty bands. */
export function countsOf(counts: Counts): { [band: string]: number } {
  const entered: { [band: string]: number } = {};
  for (const band of BANDS) {
    const number = wholeNumber(counts[band] ?? '');
    if (number) entered[band] = number;
  }
  return entered;
}

export const countsText = (counts: Counts): string =>
  Object.entries(countsOf(counts))
    .map(([band, number]) => `${texts.value.bands[band as Band]}: ${numberText(number)}`)
    .join('; ') || texts.value.none;
