// Recording what was handed out for a need.

import { dateText, isoDate, numberText, sortedBy } from '../shell/format';
import { texts } from '../shell/language';
import { all, find, text } from '../shell/model';
import { measureName, needTitle, quantityText, whereText } from '../shell/names';
import { go } from '../shell/router';
import { say } from '../shell/toast';
import { typedDate } from '../shell/typed';
import { newId, type Edit } from '../sync';
import { PhotoField, photosText } from '../photos/field';
import { photoTexts } from '../photos/texts';
import { Input, Radios, wholeNumber, type Errors } from '../ui/fields';
import { StepForm, type Step } from '../ui/steps';
import { BandFields, checkBands, countsOf, countsText, type Counts } from './band_fields';
import { openOf, openText } from './needs';
import { formTexts } from './form_texts';

interface HandoutDraft {
  need: string;
  quantity: string;
  date: string;
  shortfall: string;
  counts: Counts;
  /** Names of photographs; a draft of an older version has none. */
  photos?: string[];
}

const QUANTITY_MAX = 1_000_000;
const PHOTOS_MAX = 3;

const isShort = ({ need, quantity }: HandoutDraft): boolean => {
  const found = find(need);
  return found !== undefined && (wholeNumber(quantity) ?? 0) < openOf(found);
};

function which(): Step<HandoutDraft> {
  const t = formTexts.value.handout;
  return {
    title: t.which,
    body: ({ value, set }, errors) => {
      const asked = all('need').filter((need) => openOf(need) > 0 || need.id === value.need);
      const needs = sortedBy(asked, needTitle);
      if (needs.length === 0) return <p>{t.noNeeds}</p>;
      return (
        <Radios
          id="need"
          label={t.which}
          hideLegend
          value={value.need}
          choices={needs.map((need) => ({
            value: need.id,
            label: needTitle(need),
            hint: `${openText(need)} · ${whereText(need)}`,
          }))}
          onChange={(need) => set({ need })}
          error={errors['need']}
        />
      );
    },
    check: ({ need }): Errors => (find(need) ? {} : { need: t.whichMissing }),
    answers: ({ need }) => {
      const found = find(need)!;
      return [[texts.value.need.title, `${needTitle(found)} – ${whereText(found)}`]];
    },
  };
}

function howMany(): Step<HandoutDraft> {
  const t = formTexts.value.handout;
  return {
    title: t.howMany,
    body: (draft, errors) => {
      const { value, set } = draft;
      const need = find(value.need);
      return (
        <>
          <Input
            id="quantity"
            label={t.quantity}
            numeric
            suffix={measureName(text(need, 'unit_of_measure'))}
            value={value.quantity}
            onInput={(quantity) => set({ quantity })}
            error={errors['quantity']}
          />
          <Input
            id="date"
            label={t.date}
            value={value.date}
            hint={formTexts.value.recordActivity.dateHint}
            onInput={(date) => set({ date })}
            error={errors['date']}
          />
          {value.quantity && isShort(value) && (
            <Input
              id="shortfall"
              label={t.shortfall}
              hint={t.shortfallHint(quantityText(openOf(need!), need))}
              value={value.shortfall}
              onInput={(shortfall) => set({ shortfall: shortfall.slice(0, 200) })}
              error={errors['shortfall']}
            />
          )}
        </>
      );
    },
    check: (draft): Errors => {
      const errors: Errors = {};
      const number = wholeNumber(draft.quantity);
      if (number === undefined || number > QUANTITY_MAX) errors['quantity'] = t.quantityWrong;
      const date = typedDate(draft.date);
      if (!date) errors['date'] = formTexts.value.recordActivity.dateMissing;
      else if (date > isoDate(Date.now())) errors['date'] = formTexts.value.recordActivity.future;
      if (number !== undefined && isShort(draft) && !draft.shortfall.trim()) errors['shortfall'] = t.shortfallMissing;
      return errors;
    },
    answers: (draft) => {
      const number = numberText(wholeNumber(draft.quantity) ?? 0);
      const rows: [string, string][] = [
        [t.quantity, `${number} ${measureName(text(find(draft.need), 'unit_of_measure'))}`],
        [t.date, draft.date],
      ];
      return isShort(draft) ? [...rows, [t.shortfall, draft.shortfall]] : rows;
    },
  };
}

function who(): Step<HandoutDraft> {
  const t = formTexts.value.handout;
  return {
    title: t.who,
    body: ({ value, set }, errors) => (
      <>
        <p class="hint">{formTexts.value.recordActivity.childrenHint}</p>
        <BandFields counts={value.counts} set={(counts) => set({ counts })} errors={errors} />
        <PhotoField digests={value.photos ?? []} set={(photos) => set({ photos })} most={PHOTOS_MAX} />
      </>
    ),
    check: ({ counts }) => checkBands(counts),
    answers: ({ counts, photos }) => [
      [t.who, countsText(counts)],
      [photoTexts.value.label, photosText(photos ?? [])],
    ],
  };
}

function edits(draft: HandoutDraft): Edit[] {
  const need = find(draft.need)!;
  const beneficiaries = countsOf(draft.counts);
  const place = text(need, 'place');
  const set = {
    unit: need.unit,
    need: need.id,
    quantity: wholeNumber(draft.quantity)!,
    date: typedDate(draft.date)!,
    ...(place && { place }),
    ...(Object.keys(beneficiaries).length > 0 && { beneficiaries }),
    ...(draft.photos?.length && { photographs: draft.photos }),
    ...(isShort(draft) && { shortfall_reason: draft.shortfall.trim() }),
  };
  return [{ collection: 'distribution', record: newId(Date.now()), set }];
}

export function HandoutForm({ step, need }: { step: string | undefined; need: string | null }) {
  return (
    <StepForm
      path="record/handout"
      query={need ? `?need=${need}` : ''}
      caption={texts.value.record.handout}
      empty={() => ({ need: need ?? '', quantity: '', date: dateText(Date.now()), shortfall: '', counts: {}, photos: [] })}
      steps={[which(), howMany(), who()]}
      step={step}
      edits={edits}
      onSaved={() => {
        go('needs');
        say(`${formTexts.value.handout.done}. ${formTexts.value.recordActivity.doneHint}`);
      }}
    />
  );
}
