// Reporting a need: what, how many, where, by when.

import { isoDate } from '../shell/format';
import { texts } from '../shell/language';
import { communesOf, hasRole, unitName } from '../shell/model';
import { categoryName, measureName, nameOf } from '../shell/names';
import { go } from '../shell/router';
import { say } from '../shell/toast';
import { typedDate } from '../shell/typed';
import { newId, type Edit } from '../sync';
import { Input, Radios, wholeNumber, type Errors } from '../ui/fields';
import { StepForm, type Step } from '../ui/steps';
import { checkPlace, PlaceFields } from './place_fields';
import { formTexts } from './form_texts';

interface NeedDraft {
  category: string;
  item: string;
  quantity: string;
  measure: string;
  basis: string;
  unit: string;
  place: string;
  date: string;
}

const QUANTITY_MAX = 1_000_000;
/** How each kind is counted unless somebody says otherwise. */
const USUAL: { [category: string]: string } = {
  health_care: 'visit',
  nutrition: 'meal',
  recreation: 'set',
  warm_clothing: 'piece',
  labour: 'day',
  other: 'piece',
};

const empty = (): NeedDraft => {
  const communes = communesOf();
  const unit = communes.length === 1 ? communes[0]! : '';
  return { category: '', item: '', quantity: '', measure: 'piece', basis: 'counted', unit, place: '', date: '' };
};

const choices = (words: { [value: string]: string }) =>
  Object.entries(words).map(([value, label]) => ({ value, label }));

function what(): Step<NeedDraft> {
  const t = texts.value.need;
  return {
    title: t.what,
    body: ({ value, set }, errors) => (
      <Radios
        id="category"
        label={t.what}
        hideLegend
        value={value.category}
        choices={choices(texts.value.categories)}
        onChange={(category) => set({ category, measure: USUAL[category]! })}
        error={errors['category']}
      />
    ),
    check: ({ category }): Errors => (category ? {} : { category: t.kindMissing }),
    answers: ({ category }) => [[texts.value.fields.category, categoryName(category)]],
  };
}

function howMany(): Step<NeedDraft> {
  const t = texts.value.need;
  return {
    title: t.howMany,
    body: ({ value, set }, errors) => (
      <>
        <Input
          id="item"
          label={t.item}
          hint={t.itemHint}
          value={value.item}
          onInput={(item) => set({ item: item.slice(0, 200) })}
          error={errors['item']}
        />
        <Input
          id="quantity"
          label={t.quantity}
          numeric
          value={value.quantity}
          onInput={(quantity) => set({ quantity })}
          error={errors['quantity']}
        />
        <Radios
          id="measure"
          label={t.measure}
          inline
          value={value.measure}
          choices={choices(texts.value.measures)}
          onChange={(measure) => set({ measure })}
        />
        <Radios
          id="basis"
          label={formTexts.value.recordActivity.basis}
          inline
          value={value.basis}
          choices={choices(texts.value.bases)}
          onChange={(basis) => set({ basis })}
        />
      </>
    ),
    check: ({ item, quantity }): Errors => {
      const errors: Errors = {};
      const number = wholeNumber(quantity);
      if (!item.trim()) errors['item'] = t.itemMissing;
      if (!number || number > QUANTITY_MAX) errors['quantity'] = t.quantityWrong;
      return errors;
    },
    answers: ({ item, quantity, measure, basis }) => [
      [t.item, item],
      [t.quantity, `${quantity} ${measureName(measure)} (${(texts.value.bases as { [b: string]: string })[basis]})`],
    ],
  };
}

function where(communes: string[]): Step<NeedDraft> {
  const t = formTexts.value.recordActivity;
  return {
    title: texts.value.need.where,
    body: ({ value, set }, errors) => (
      <PlaceFields communes={communes} unit={value.unit} place={value.place} set={set} errors={errors} />
    ),
    check: ({ unit }) => checkPlace(communes, unit),
    answers: ({ unit, place }) => [
      [t.commune, unitName(unit)],
      [t.place, place ? nameOf(place) : t.noPlace],
    ],
  };
}

function byWhen(): Step<NeedDraft> {
  const t = texts.value.need;
  return {
    title: t.when,
    body: ({ value, set }, errors) => (
      <Input
        id="date"
        label={formTexts.value.recordActivity.date}
        hint={t.dateHint}
        value={value.date}
        onInput={(date) => set({ date })}
        error={errors['date']}
      />
    ),
    check: ({ date }): Errors =>
      date.trim() && (typedDate(date) ?? '') < isoDate(Date.now()) ? { date: t.dateWrong } : {},
    answers: ({ date }) => [[texts.value.fields.needed_by, date.trim() || texts.value.none]],
  };
}

function edits(draft: NeedDraft): Edit[] {
  const { unit, category, item, measure, place, date, quantity, basis } = draft;
  const need = newId(Date.now());
  const about = { unit, category, item: item.trim(), unit_of_measure: measure };
  const known = { ...(place && { place }), ...(typedDate(date) && { needed_by: typedDate(date)! }) };
  const confirmed = hasRole('commune_leader') && { confirmed: true };
  const assessed_on = isoDate(Date.now());
  const assessment = { unit, need, quantity: wholeNumber(quantity)!, basis, assessed_on };
  return [
    { collection: 'need', record: need, set: { ...about, ...known, ...confirmed } },
    { collection: 'assessment', record: newId(Date.now()), set: assessment },
  ];
}

export function NeedForm({ step }: { step: string | undefined }) {
  const communes = communesOf();
  return (
    <StepForm
      path="record/need"
      caption={texts.value.need.title}
      empty={empty}
      steps={[what(), howMany(), where(communes), byWhen()]}
      step={step}
      edits={edits}
      onSaved={() => {
        go('needs');
        say(`${texts.value.need.done}. ${formTexts.value.recordActivity.doneHint}`);
      }}
    />
  );
}
