// Announcing an activity, or changing what was announced: what, where, when.

import { dateText, timeText } from '../shell/format';
import { texts } from '../shell/language';
import { communesOf, find, organisationIn, text, unitName } from '../shell/model';
import { nameOf } from '../shell/names';
import { goInstead } from '../shell/router';
import { say } from '../shell/toast';
import { newId, type Edit, type Fields } from '../sync';
import { Input, type Errors } from '../ui/fields';
import { StepForm, type Step } from '../ui/steps';
import { checkPlace, PlaceFields } from './place_fields';
import { checkTimes, instantAt, TimesFields, timesText } from './times_fields';
import { endOf, startOf } from './today';
import { formTexts } from './form_texts';

interface PlanDraft {
  title: string;
  unit: string;
  place: string;
  date: string;
  from: string;
  to: string;
  /** What was on the screen when the change began. */
  seen: { base: number; fields: Fields };
}

function fresh(): PlanDraft {
  const communes = communesOf();
  const unit = communes.length === 1 ? communes[0]! : '';
  return { title: '', unit, place: '', date: '', from: '', to: '', seen: { base: 0, fields: {} } };
}

function known(id: string): PlanDraft {
  const plan = find(id);
  if (!plan) return fresh();
  const start = startOf(plan);
  const times = start ? { date: dateText(start), from: timeText(start), to: timeText(endOf(plan)) } : {};
  const seen = { base: plan.version, fields: plan.fields };
  return { ...fresh(), title: text(plan, 'title'), unit: plan.unit, place: text(plan, 'place'), ...times, seen };
}

function what(): Step<PlanDraft> {
  const t = texts.value.plan;
  return {
    title: t.what,
    body: ({ value, set }, errors) => (
      <Input
        id="title"
        label={formTexts.value.recordActivity.name}
        hint={t.whatHint}
        value={value.title}
        onInput={(title) => set({ title: title.slice(0, 200) })}
        error={errors['title']}
      />
    ),
    check: ({ title }): Errors => (title.trim() ? {} : { title: formTexts.value.recordActivity.nameMissing }),
    answers: ({ title }) => [[formTexts.value.recordActivity.name, title]],
  };
}

function where(communes: string[]): Step<PlanDraft> {
  const t = formTexts.value.recordActivity;
  return {
    title: texts.value.plan.where,
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

const when = (): Step<PlanDraft> => ({
  title: texts.value.plan.when,
  body: ({ value, set }, errors) => <TimesFields value={value} set={set} errors={errors} />,
  check: (draft) => checkTimes(draft, false),
  answers: (draft) => [[texts.value.activity.when, timesText(draft)]],
});

function edits(draft: PlanDraft, plan: string | null): Edit[] {
  const { title, unit, place, date, from, to, seen } = draft;
  const wanted: Fields = {
    title: title.trim(),
    planned_start: instantAt(date, from),
    planned_end: instantAt(date, to),
    ...(place && { place }),
  };
  if (plan) {
    const set = Object.fromEntries(Object.entries(wanted).filter(([field, value]) => seen.fields[field] !== value));
    return Object.keys(set).length > 0 ? [{ collection: 'activity', record: plan, base: seen.base, set }] : [];
  }
  const organisation = organisationIn(unit);
  const set = { unit, ...wanted, status: 'planned', ...(organisation && { organisation }) };
  return [{ collection: 'activity', record: newId(Date.now()), set }];
}

export function PlanForm({ step, plan }: { step: string | undefined; plan: string | null }) {
  const unit = find(plan)?.unit;
  const communes = unit ? [unit] : communesOf();
  return (
    <StepForm
      path="record/plan"
      query={plan ? `?plan=${plan}` : ''}
      caption={texts.value.record.plan}
      empty={() => (plan ? known(plan) : fresh())}
      steps={[what(), where(communes), when()]}
      step={step}
      edits={(draft) => edits(draft, plan)}
      onSaved={() => {
        goInstead('today');
        say(`${texts.value.plan.done}. ${formTexts.value.recordActivity.doneHint}`);
      }}
    />
  );
}
