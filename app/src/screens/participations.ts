// Who took part, for how long, and what speaks against confirming it.

import { signal } from '@preact/signals';
import { isoDate } from '../shell/format';
import { all, communesOf, find, grouped, identity, number, standing, text } from '../shell/model';
import { personName } from '../shell/names';
import { approvalDigest, newId, type Attended, type Edit, type Shown } from '../sync';

export type StepName = 'attest' | 'check' | 'approve';
export type Warning = 'longDay' | 'twoPlaces' | 'noTimes' | 'own';

export interface Row {
  participation: Shown;
  activity: Shown | undefined;
  person: string;
  name: string;
  attendance: Attended[];
  minutes: number;
  warnings: Warning[];
}

const DAY_MINUTES = 720;
const DECIDED = new Set(['approved', 'certified', 'declined']);
const ROLES: { [step in StepName]: string[] } = {
  attest: ['team_leader'],
  check: ['commune_leader'],
  approve: ['coordinator', 'province_admin'],
};

const interval = (record: Shown): Attended => ({ id: record.id, from: number(record, 'from'), to: number(record, 'to') });

/** Minutes of the union of the intervals, as the server counts them. */
export function unionMinutes(intervals: Attended[]): number {
  let minutes = 0;
  let covered = 0;
  for (const { from, to } of [...intervals].sort((a, b) => a.from - b.from)) {
    minutes += Math.max(0, to - Math.max(from, covered)) / 60_000;
    covered = Math.max(covered, to);
  }
  return Math.floor(minutes);
}

/** Minutes of the day with the most of them. */
export function longestDay(intervals: Attended[]): number {
  const days = new Map<string, Attended[]>();
  for (const one of intervals) {
    const day = isoDate(one.from);
    days.set(day, [...(days.get(day) ?? []), one]);
  }
  return Math.max(0, ...[...days.values()].map(unionMinutes));
}

const overlap = (ours: Attended[], theirs: Attended[]): boolean =>
  ours.some((a) => theirs.some((b) => a.from < b.to && b.from < a.to));

/** Everybody's participation with times and warnings. */
export function participationRows(): Row[] {
  const times = grouped('attendance', 'participation');
  const rows = all('participation').map((participation): Row => {
    const attendance = standing(times.get(participation.id) ?? []).map(interval);
    const person = text(participation, 'person');
    const name = text(participation, 'person_label') || personName(person);
    const activity = find(participation.fields['activity']);
    return { participation, activity, person, name, attendance, minutes: unionMinutes(attendance), warnings: [] };
  });
  const byPerson = new Map<string, Row[]>();
  for (const row of rows) byPerson.set(row.person, [...(byPerson.get(row.person) ?? []), row]);
  for (const row of rows) {
    const others = byPerson.get(row.person)!.filter((other) => other !== row);
    if (row.attendance.length === 0) row.warnings.push('noTimes');
    if (longestDay(row.attendance) > DAY_MINUTES) row.warnings.push('longDay');
    if (others.some((other) => overlap(row.attendance, other.attendance))) row.warnings.push('twoPlaces');
    if (row.person === identity.value?.person) row.warnings.push('own');
  }
  return rows;
}

const digests = signal<{ [content: string]: string }>({});
const asked = new Set<string>();

/** The digest of what would be confirmed now; nothing until it was computed. */
function digestOf({ participation, person, attendance }: Row): string | undefined {
  const activity = text(participation, 'activity');
  const content = JSON.stringify([activity, person, attendance]);
  if (!asked.has(content)) {
    asked.add(content);
    void approvalDigest(activity, person, attendance).then(
      (digest) => (digests.value = { ...digests.value, [content]: digest }),
    );
  }
  return digests.value[content];
}

/** What still needs this step: one that was taken counts only while its digest fits. */
export function waitingFor(step: StepName): Row[] {
  const units = new Set(communesOf(...ROLES[step]));
  const steps = grouped('approval', 'participation');
  return participationRows().filter((row) => {
    const { participation } = row;
    if (!units.has(participation.unit) || DECIDED.has(text(participation, 'state'))) return false;
    const taken = standing(steps.get(participation.id) ?? []).filter((one) => text(one, 'step') === step);
    if (taken.length === 0) return true;
    const digest = digestOf(row);
    return digest !== undefined && !taken.some((one) => text(one, 'digest') === digest);
  });
}

export async function approvalEdit(row: Row, step: StepName | 'decline', reason?: string): Promise<Edit> {
  const { participation, person, attendance } = row;
  const digest = await approvalDigest(text(participation, 'activity'), person, attendance);
  const set = { unit: participation.unit, participation: participation.id, step, digest, ...(reason && { reason }) };
  return { collection: 'approval', record: newId(Date.now()), set };
}
