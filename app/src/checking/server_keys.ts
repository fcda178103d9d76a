// The server's public keys, kept on the phone so that codes are checked without signal; and when they were fetched.

import * as v from 'valibot';

const KEY = 'certificate_keys';
const ADDRESS = '/.well-known/jwks.json';

const Known = v.object({ at: v.number(), keys: v.array(v.looseObject({ kty: v.string() })) });

export interface KnownKeys {
  /** When the server last gave them, by this phone's clock. */
  at: number;
  keys: JsonWebKey[];
}

export function knownKeys(): KnownKeys | undefined {
  try {
    return v.parse(Known, JSON.parse(localStorage.getItem(KEY) ?? 'null')) as KnownKeys;
  } catch {
    return undefined;
  }
}

/** Asks the server; without an answer, what is known. */
export async function freshKeys(): Promise<KnownKeys | undefined> {
  const answer = await fetch(ADDRESS, { cache: 'no-cache' }).catch(() => undefined);
  const parsed = v.safeParse(Known, { at: Date.now(), ...(answer?.ok ? await answer.json().catch(() => ({})) : {}) });
  if (!parsed.success) return knownKeys();
  localStorage.setItem(KEY, JSON.stringify(parsed.output));
  return parsed.output as KnownKeys;
}
