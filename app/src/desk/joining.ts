// Two records that are the same thing: a join says so, nothing is rewritten, and undoing it brings back what was.

import { all, text } from '../shell/model';
import { newId, type Edit, type Shown } from '../sync';

const ends = (join: Shown): [from: string, into: string] => [text(join, 'from'), text(join, 'into')];
const stands = (join: Shown): boolean => text(join, 'state') !== 'undone';

/** The join that says that these two are one. */
export const joinOf = (one: string, other: string): Shown | undefined =>
  all('join').find((join) => stands(join) && ends(join).includes(one) && ends(join).includes(other));

/** Joins that made something part of this record. */
export const joinsInto = (id: string): Shown[] => all('join').filter((join) => stands(join) && ends(join)[1] === id);

export const joinEdit = (from: Shown, into: Shown): Edit => ({
  collection: 'join',
  record: newId(Date.now()),
  set: { unit: into.unit, from: from.id, into: into.id, state: 'joined' },
});

export const undoEdit = (join: Shown): Edit => ({
  collection: 'join',
  record: join.id,
  base: join.version,
  set: { state: 'undone' },
});
