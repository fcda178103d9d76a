// Who holds which role where, as the server has assigned it.

import { isoDate } from '../shell/format';
import { all, find, text } from '../shell/model';
import type { Shown } from '../sync';

export const ROLES = ['volunteer', 'team_leader', 'commune_leader', 'coordinator', 'province_admin', 'auditor'] as const;
export type RoleName = (typeof ROLES)[number];

export function isOver(role: Shown): boolean {
  const to = text(role, 'to');
  return role.fields['ended_at'] !== undefined || (to !== '' && to < isoDate(Date.now()));
}

/** The roles of every person, present ones first. */
export function rolesByPerson(): Map<string, Shown[]> {
  const found = new Map<string, Shown[]>();
  for (const role of all('role_assignment')) {
    const person = find(role.fields['person'])?.id ?? text(role, 'person');
    found.set(person, [...(found.get(person) ?? []), role]);
  }
  for (const roles of found.values()) roles.sort((a, b) => Number(isOver(a)) - Number(isOver(b)));
  return found;
}
