// Recording an activity: which, where, when, who, how many children, a note.

import { dateText, spanText, timeText } from '../shell/format';
import { texts } from '../shell/language';
import { all, communesOf, find, text, unitName } from '../shell/model';
import { categoryName, nameOf, personName } from '../shell/names';
import { goInstead } from '../shell/router';
import { say } from '../shell/toast';
import { typedTime } from '../shell/typed';
import { PhotoField, photosText } from '../photos/field';
import { photoTexts } from '../photos/texts';
import { Input, Radios, TextArea, type Errors } from '../ui/fields';
import { StepForm, type Step } from '../ui/steps';
import { activityEdits, type ActivityDraft } from './activity_edits';
import { BandFields, checkBands, countsText, countsOf, type Band } from './band_fields';
import { checkPlace, PlaceFields } from './place_fields';
import { PeopleField } from './people_field';
import { checkTimes, TimesFields, timesText } from './times_fields';
import { endOf, startOf } from './today';
import { formTexts } from './form_texts';

const OTHER = 'other';
const DAY_MS = 24 * 3600_000;
const PLANS_BACK_MS = 30 * DAY_MS;
const CHILD_BANDS: Band[] = ['0_2', '3_5', '6_10', '11_15'];

const emptyDraft = (plan: string | null) => (): ActivityDraft => {
  const communes = communesOf();
  const draft: ActivityDraft = {
    plan: '',
    title: '',
    unit: communes.length === 1 ? communes[0]! : '',
    place: '',
    date: dateText(Date.now()),
    from: '',
    to: '',
    people: {},
    scanned: {},
    category: '',
    basis: '',
    counts: {},
    narrative: '',
    photos: [],
  };
  return plan ? { ...draft, ...fromPlan(plan) } : draft;
};

/** What a plan says already need not be asked again. */
function fromPlan(id: string): Partial<ActivityDraft> {
  const plan = find(id);
  if (!plan) return { plan: id };
  const start = startOf(plan);
  const times = start ? { date: dateText(start), from: timeText(start), to: timeText(endOf(plan)) } : {};
  return { plan: id, unit: plan.unit, place: text(plan, 'place'), ...times };
}

function plans() {
  const now = Date.now();
  const statuses = new Set(['planned', 'open', 'held']);
  return all('activity')
    .filter((one) => statuses.has(text(one, 'status')) && startOf(one) > now - PLANS_BACK_MS && startOf(one) < now + DAY_MS)
    .sort((a, b) => Math.abs(startOf(a) - now) - Math.abs(startOf(b) - now))
    .slice(0, 12);
}

const titleOf = (draft: ActivityDraft): string => (draft.plan === OTHER ? draft.title : text(find(draft.plan), 'title'));

function what(): Step<ActivityDraft> {
  const t = formTexts.value.recordActivity;
  return {
    title: t.what,
    body: ({ value, set }, errors) => {
      const known = plans();
      const chosen = find(value.plan);
      const offered = chosen && !known.includes(chosen) ? [chosen, ...known] : known;
      const choices = offered.map((one) => ({
        value: one.id,
        label: text(one, 'title'),
        hint: spanText(startOf(one), endOf(one)),
      }));
      return (
        <>
          <Radios
            id="plan"
            label={t.what}
            hideLegend
            value={value.plan}
            choices={[...choices, { value: OTHER, label: t.otherActivity }]}
            onChange={(plan) => set(plan === OTHER ? { plan } : fromPlan(plan))}
            error={errors['plan']}
          />
          {value.plan === OTHER && (
            <Input
              id="title"
              label={t.name}
              value={value.title}
              onInput={(title) => set({ title })}
              error={errors['title']}
            />
          )}
        </>
      );
    },
    check: ({ plan, title }): Errors => {
      if (!plan) return { plan: t.whatMissing };
      return plan === OTHER && !title.trim() ? { title: t.nameMissing } : {};
    },
    answers: (draft) => [[texts.value.activity.title, titleOf(draft)]],
  };
}

function where(communes: string[]): Step<ActivityDraft> {
  const t = formTexts.value.recordActivity;
  return {
    title: t.where,
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

const when = (): Step<ActivityDraft> => ({
  title: formTexts.value.recordActivity.when,
  body: ({ value, set }, errors) => <TimesFields value={value} set={set} errors={errors} />,
  check: (draft) => checkTimes(draft, true),
  answers: (draft) => [[texts.value.activity.when, timesText(draft)]],
});

function who(): Step<ActivityDraft> {
  const t = formTexts.value.recordActivity;
  return {
    title: t.who,
    body: ({ value, set }, errors) => (
      <PeopleField
        unit={value.unit}
        times={value}
        people={value.people}
        set={(people) => set({ people })}
        onScan={(person) =>
          set({ people: { ...value.people, [person]: null }, scanned: { ...value.scanned, [person]: true } })
        }
        errors={errors}
      />
    ),
    check: ({ people }): Errors => {
      if (Object.keys(people).length === 0) return { people: t.whoMissing };
      const errors: Errors = {};
      for (const [id, own] of Object.entries(people)) {
        const [from, to] = [typedTime(own?.from ?? '') ?? '', typedTime(own?.to ?? '') ?? ''];
        if (own && !(from && from < to)) errors[`to-${id}`] = `${personName(id)}: ${t.toBeforeFrom}`;
      }
      return errors;
    },
    answers: ({ people }) => [
      [
        texts.value.activity.people,
        Object.entries(people)
          .map(([id, own]) => personName(id) + (own ? ` (${own.from}–${own.to})` : ''))
          .join(', '),
      ],
    ],
  };
}

function children(): Step<ActivityDraft> {
  const t = formTexts.value.recordActivity;
  const choices = (words: { [value: string]: string }) =>
    Object.entries(words).map(([value, label]) => ({ value, label }));
  return {
    title: t.children,
    body: ({ value, set }, errors) => (
      <>
        <p class="hint">{t.childrenHint}</p>
        <BandFields counts={value.counts} bands={CHILD_BANDS} set={(counts) => set({ counts })} errors={errors} />
        <Radios id="category" label={t.category} value={value.category} choices={choices(texts.value.categories)} onChange={(category) => set({ category })} error={errors['category']} />
        <Radios id="basis" label={t.basis} value={value.basis} choices={choices(texts.value.bases)} onChange={(basis) => set({ basis })} error={errors['basis']} />
      </>
    ),
    check: ({ counts, category, basis }): Errors => {
      const errors = checkBands(counts);
      const any = Object.keys(countsOf(counts)).length > 0;
      if (any && !category) errors['category'] = t.categoryMissing;
      if (any && !basis) errors['basis'] = t.basisMissing;
      return errors;
    },
    answers: ({ counts, category, basis }) => {
      if (Object.keys(countsOf(counts)).length === 0) return [[texts.value.activity.children, t.noChildren]];
      const bases: { [basis: string]: string } = texts.value.bases;
      const about = `${countsText(counts)} – ${categoryName(category)}, ${bases[basis]}`;
      return [[texts.value.activity.children, about]];
    },
  };
}

function note(): Step<ActivityDraft> {
  const t = formTexts.value.recordActivity;
  return {
    title: t.note,
    body: ({ value, set }) => (
      <>
        <TextArea id="narrative" label={t.noteLabel} hint={t.noteHint} value={value.narrative} onInput={(narrative) => set({ narrative: narrative.slice(0, 4000) })} />
        <PhotoField digests={value.photos ?? []} set={(photos) => set({ photos })} most={1} />
      </>
    ),
    answers: ({ narrative, photos }) => [
      [texts.value.activity.note, narrative.trim() || texts.value.none],
      [photoTexts.value.label, photosText(photos ?? [])],
    ],
  };
}

export function RecordActivityForm({ step, plan }: { step: string | undefined; plan: string | null }) {
  const communes = communesOf();
  return (
    <StepForm
      path="record/activity"
      caption={texts.value.record.activity}
      empty={emptyDraft(plan)}
      query={plan ? `?plan=${plan}` : ''}
      steps={[what(), where(communes), when(), who(), children(), note()]}
      step={step}
      edits={(draft) => activityEdits(draft)}
      onSaved={() => {
        goInstead('today');
        say(`${formTexts.value.recordActivity.done}. ${formTexts.value.recordActivity.doneHint}`);
      }}
    />
  );
}
