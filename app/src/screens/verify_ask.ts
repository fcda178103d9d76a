// Asks the server about a certificate, and checks a code with the keys that are known.

import * as v from 'valibot';
import { checkCode, checkLetters, isCertificateCode } from '../checking/certificate_code';
import { freshKeys, knownKeys, type KnownKeys } from '../checking/server_keys';
import { freshLists, placeOf, standingOf } from '../checking/status_lists';
import { isoDate } from '../shell/format';
import { loadProvinces, state } from '../shell/model';
import type { Found } from './verify_result';

const Answer = v.object({
  verdict: v.picklist(['valid', 'valid_as_of', 'suspended', 'revoked', 'superseded']),
  as_of: v.number(),
  number: v.string(),
  holder: v.string(),
  activity: v.string(),
  commune: v.string(),
  from: v.string(),
  to: v.string(),
  minutes: v.number(),
  issued_on: v.string(),
});
export type Answer = v.InferOutput<typeof Answer>;

const PATIENCE_MS = 8_000;

/** A number begins with the province's code. */
const loadNames = (number: string): Promise<void> => loadProvinces([`2025:${number.slice(0, 2)}`]);

export async function askServer(number: string, code: string): Promise<Answer | 'wrong' | 'busy' | 'no_answer'> {
  const query = new URLSearchParams({ number, code });
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const answer = await fetch(`/v1/certificates/check?${query.toString()}`, { signal }).catch(() => undefined);
  if (answer?.status === 404) return 'wrong';
  if (answer?.status === 429) return 'busy';
  const parsed = v.safeParse(Answer, await answer?.json().catch(() => undefined));
  if (!parsed.success) return 'no_answer';
  await loadNames(parsed.output.number);
  return parsed.output;
}

/** This year and the last one, of the provinces that this person works in. */
function ownGroups(): string[] {
  const year = Number(isoDate(Date.now()).slice(2, 4));
  const provinces = state.value.streams.flatMap((stream) => /^2025:(\d{2})$/.exec(stream)?.[1] ?? []);
  return provinces.flatMap((province) => [year, year - 1].map((one) => `${one}${province}`));
}

/** Fetches what is needed to check without signal: the keys, and the lists of what was withdrawn. */
export async function prepare(): Promise<KnownKeys | undefined> {
  const known = await freshKeys();
  await freshLists(ownGroups(), known?.keys ?? []);
  return known;
}

/** From the first certificate of a province and year on, its lists are kept, too. */
async function keepLists(number: string): Promise<void> {
  const group = placeOf(number)?.group;
  const keys = (knownKeys() ?? (await freshKeys()))?.keys;
  if (group && keys) await freshLists([group], keys);
}

/** By signature with the keys on this phone; then whether it is in force: with a signal by asking, else by the lists. */
export async function checkScanned(text: string): Promise<Found | undefined> {
  if (!isCertificateCode(text)) return undefined;
  let known = knownKeys() ?? (await freshKeys());
  let checked = await checkCode(text, known?.keys ?? []);
  if (checked.kind === 'unknown_key') {
    known = await freshKeys();
    checked = await checkCode(text, known?.keys ?? []);
  }
  if (checked.kind !== 'genuine') return { kind: checked.kind, keysAt: known?.at };
  const { facts } = checked;
  const answer = await askServer(facts.number, await checkLetters(facts));
  if (typeof answer === 'object') {
    void keepLists(facts.number);
    return { kind: 'answered', answer };
  }
  await loadNames(facts.number);
  return { kind: 'genuine', facts, keysAt: known!.at, known: await standingOf(facts.number, facts.issuedAt) };
}
