// From the answers about an activity to the changes that are saved.

import { find, organisationIn, text } from '../shell/model';
import { derivedId, newId, type Edit, type Fields } from '../sync';
import { countsOf, type Counts } from './band_fields';
import type { People, Scanned } from './people_field';
import { instantAt } from './times_fields';

export interface ActivityDraft {
  /** The id of a plan, or "other". */
  plan: string;
  title: string;
  unit: string;
  place: string;
  date: string;
  from: string;
  to: string;
  people: People;
  scanned: Scanned;
  category: string;
  basis: string;
  counts: Counts;
  narrative: string;
  /** Names of photographs; a draft of an older version has none. */
  photos?: string[];
}

const ref = (field: string, id: string | undefined): Fields => (id ? { [field]: id } : {});

function newActivity(draft: ActivityDraft, held: Fields): Edit {
  const { unit, title, place, category } = draft;
  const own = { unit, title: title.trim(), status: 'held', ...ref('organisation', organisationIn(unit)) };
  const edit: Edit = { collection: 'activity', record: newId(Date.now()), set: { ...own, ...ref('place', place), ...held } };
  return category ? { ...edit, add: { themes: [category] } } : edit;
}

/** Only what is not there already is written, so that nobody's work is overwritten by the same words. */
function heldPlan(id: string, place: string, held: Fields): Edit {
  const plan = find(id);
  const wanted: Fields = { ...held, ...ref('place', place) };
  const status = text(plan, 'status');
  if (status === 'planned' || status === 'open') wanted['status'] = 'held';
  const set = Object.fromEntries(Object.entries(wanted).filter(([field, value]) => plan?.fields[field] !== value));
  return { collection: 'activity', record: id, base: plan?.version ?? 0, set };
}

async function attendanceEdits(activity: string, draft: ActivityDraft): Promise<Edit[]> {
  const { unit, date } = draft;
  const edits: Edit[] = [];
  for (const [person, own] of Object.entries(draft.people)) {
    const participation = await derivedId('participation', activity, person);
    if (!find(participation)) {
      edits.push({ collection: 'participation', record: participation, set: { unit, activity, person } });
    }
    const { from, to } = own ?? draft;
    const method = draft.scanned[person] ? 'qr' : 'list';
    const times = { from: instantAt(date, from), to: instantAt(date, to), method };
    edits.push({ collection: 'attendance', record: newId(Date.now()), set: { unit, participation, ...times } });
  }
  return edits;
}

function headcountEdits(activity: string, { unit, category, basis, counts }: ActivityDraft): Edit[] {
  return Object.entries(countsOf(counts)).map(([age_band, count]) => ({
    collection: 'headcount',
    record: newId(Date.now()),
    set: { unit, activity, category, basis, age_band, count },
  }));
}

export async function activityEdits(draft: ActivityDraft): Promise<Edit[]> {
  const held: Fields = { held_start: instantAt(draft.date, draft.from), held_end: instantAt(draft.date, draft.to) };
  if (draft.narrative.trim()) held['narrative'] = draft.narrative.trim();
  const photo = draft.photos?.[0];
  if (photo) held['photo'] = photo;
  const activity = find(draft.plan) ? heldPlan(draft.plan, draft.place, held) : newActivity(draft, held);
  const unchanged = activity.base !== undefined && Object.keys(activity.set!).length === 0;
  return [
    ...(unchanged ? [] : [activity]),
    ...(await attendanceEdits(activity.record, draft)),
    ...headcountEdits(activity.record, draft),
  ];
}
