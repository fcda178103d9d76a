// A day with its beginning and end, as people type them.

import { instantOf, isoDate } from '../shell/format';
import { typedDate, typedTime } from '../shell/typed';
import { Input, type Errors } from '../ui/fields';
import { formTexts } from './form_texts';

export interface Times {
  date: string;
  from: string;
  to: string;
}

interface TimesFieldsProps {
  value: Times;
  set(change: Partial<Times>): void;
  errors: Errors;
}

export function TimesFields({ value, set, errors }: TimesFieldsProps) {
  const t = formTexts.value.recordActivity;
  return (
    <>
      <Input
        id="date"
        label={t.date}
        hint={t.dateHint}
        value={value.date}
        onInput={(date) => set({ date })}
        error={errors['date']}
      />
      <div class="pair">
        <Input
          id="from"
          label={t.from}
          hint={t.timeHint}
          value={value.from}
          onInput={(from) => set({ from })}
          error={errors['from']}
        />
        <Input
          id="to"
          label={t.to}
          hint={t.timeHint}
          value={value.to}
          onInput={(to) => set({ to })}
          error={errors['to']}
        />
      </div>
    </>
  );
}

/** What is wrong with the times; those of something that was held must have begun. */
export function checkTimes(times: Times, held: boolean): Errors {
  const t = formTexts.value.recordActivity;
  const [date, from, to] = [typedDate(times.date), typedTime(times.from), typedTime(times.to)];
  const errors: Errors = {};
  if (!date) errors['date'] = t.dateMissing;
  else if (held && date > isoDate(Date.now())) errors['date'] = t.future;
  if (!from) errors['from'] = t.fromMissing;
  else if (held && date && !errors['date'] && instantOf(date, from) > Date.now()) errors['from'] = t.notBegun;
  if (!to) errors['to'] = t.toMissing;
  else if (from && to <= from) errors['to'] = t.toBeforeFrom;
  return errors;
}

/** The answers were checked before they are saved. */
export const instantAt = (date: string, time: string): number => instantOf(typedDate(date)!, typedTime(time)!);

export const timesText = ({ date, from, to }: Times): string => `${typedTime(from)}–${typedTime(to)}, ${date}`;
