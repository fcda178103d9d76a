// Which photographs the records of a phone name, and what therefore waits to be sent.

import type { Snapshot, Value } from '../sync';
import type { Photo } from './store';

const FIELDS: { [collection: string]: string } = { activity: 'photo', distribution: 'photographs' };
const KEEP_MS = 60 * 24 * 3600_000;

export const digestsIn = (value: Value | undefined): string[] =>
  [value].flat().filter((one): one is string => typeof one === 'string');

/** By what the server has, and by what was saved here: also by a change that came back, since it may be released. */
export function namedPhotos({ records, entries }: Snapshot): Set<string> {
  const saved = entries.map(({ change: { collection, set } }) => ({ collection, fields: set ?? {} }));
  return new Set(
    [...records, ...saved].flatMap(({ collection, fields }) => {
      const field = FIELDS[collection];
      return field ? digestsIn(fields[field]) : [];
    }),
  );
}

/** Oldest first. A photograph of a form that nobody has saved yet waits for that. */
export const waitingPhotos = (photos: Photo[], named: Set<string>, epoch: string | undefined): Photo[] =>
  photos
    .filter(({ digest, sent, refused }) => named.has(digest) && !refused && (sent === undefined || sent !== epoch))
    .sort((a, b) => a.at - b.at);

/** Those that the server has, or that nothing names, once they are old; a draft may be as old as that. */
export const agedPhotos = (photos: Photo[], named: Set<string>, now: number): Photo[] =>
  photos.filter(({ digest, sent, at }) => at < now - KEEP_MS && (sent !== undefined || !named.has(digest)));
