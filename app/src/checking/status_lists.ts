// Which certificates were withdrawn, suspended or replaced: the server's signed lists (W3C Bitstring Status List), kept on
// the phone so that a scanned code is judged without signal, with the age of what is known.
//
// Which list, and which place in it, follows from the number: 12-2026-000123 stands at 122 in the lists 26121, 26122, 26123.
// Of the two proofs the phone checks eddsa-jcs-2022. A list that is not signed by a known key is not kept; where the
// browser knows no Ed25519, none is.

import * as v from 'valibot';
import { utf8, type Bytes } from '../sync/bytes';
import { canonical } from '../sync/canonical';
import type { Value } from '../sync/types';

const KEY = 'status_lists';
const ADDRESS = '/v1/status-lists/';
const SUITE = 'eddsa-jcs-2022';
/** Inflated; a list has 16 KiB at least and 2 MiB at most. */
const BYTES_MAX = 2_097_152;
const KEPT_MAX = 30;

export const PURPOSES = { revocation: 1, suspension: 2, supersession: 3 } as const;
type Purpose = keyof typeof PURPOSES;
export type Standing = 'in_force' | 'suspended' | 'superseded' | 'revoked';

/** What the lists on this phone say of a certificate, as of the oldest of them. */
export interface KnownStanding {
  standing: Standing;
  asOf: number;
}

const Proof = v.looseObject({ cryptosuite: v.string(), proofValue: v.string() });
const Credential = v.looseObject({
  id: v.string(),
  validFrom: v.string(),
  credentialSubject: v.looseObject({
    type: v.literal('BitstringStatusList'),
    statusPurpose: v.picklist(['revocation', 'suspension', 'supersession']),
    encodedList: v.pipe(v.string(), v.startsWith('u')),
  }),
  proof: v.array(Proof),
});
type Credential = v.InferOutput<typeof Credential>;

const Kept = v.record(v.string(), v.object({ at: v.number(), bits: v.string() }));
type Kept = v.InferOutput<typeof Kept>;

interface Place {
  /** "2612": year and province, as lists are named. */
  group: string;
  index: number;
}

export function placeOf(number: string): Place | undefined {
  const parts = /^(\d{2})-20(\d{2})-(\d{6,9})$/.exec(number);
  return parts ? { group: parts[2]! + parts[1]!, index: Number(parts[3]) - 1 } : undefined;
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Multibase "z" (base58btc) of `count` bytes. */
export function parseBase58(text: string, count: number): Bytes | undefined {
  let number = 0n;
  for (const letter of text.startsWith('z') ? text.slice(1) : '!') {
    const digit = BASE58.indexOf(letter);
    if (digit < 0) return undefined;
    number = number * 58n + BigInt(digit);
  }
  const digits = number.toString(16).padStart(count * 2, '0');
  return digits.length === count * 2 ? new Uint8Array(digits.match(/../g)!.map((byte) => parseInt(byte, 16))) : undefined;
}

function parseBase64url(text: string): Bytes | undefined {
  try {
    return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}

const digestOf = async (value: unknown): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(canonical(value as Value))));

/** Data Integrity EdDSA Cryptosuites 1.0, section 3.3: the digest of the proof's options, then that of the document. */
async function isSigned(credential: Credential, keys: JsonWebKey[]): Promise<boolean> {
  const { proof: proofs, ...document } = credential;
  const proof = proofs.find(({ cryptosuite }) => cryptosuite === SUITE);
  if (!proof) return false;
  const { proofValue, ...options } = proof;
  const signature = parseBase58(proofValue, 64);
  if (!signature) return false;
  const signed = new Uint8Array([...(await digestOf(options)), ...(await digestOf(document))]);
  for (const { kty, crv, x } of keys) {
    if (kty !== 'OKP' || crv !== 'Ed25519') continue;
    const key = await crypto.subtle.importKey('jwk', { kty, crv, x } as JsonWebKey, { name: 'Ed25519' }, false, ['verify']).catch(() => undefined);
    if (key && (await crypto.subtle.verify({ name: 'Ed25519' }, key, signature, signed))) return true;
  }
  return false;
}

/** What a list says, where a known key has signed it and it is the one that was asked for. */
export async function readList(said: unknown, name: string, keys: JsonWebKey[]): Promise<{ at: number; bits: string } | undefined> {
  const parsed = v.safeParse(Credential, said);
  if (!parsed.success) return undefined;
  const { id, validFrom, credentialSubject } = parsed.output;
  const at = Date.parse(validFrom);
  const right = id.endsWith(`${ADDRESS}${name}`) && String(PURPOSES[credentialSubject.statusPurpose]) === name.slice(-1);
  if (!right || Number.isNaN(at) || !(await isSigned(parsed.output, keys))) return undefined;
  return { at, bits: credentialSubject.encodedList.slice(1) };
}

async function inflate(bits: string): Promise<Uint8Array | undefined> {
  const packed = parseBase64url(bits);
  if (!packed) return undefined;
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      size += piece.value.length;
      if (size > BYTES_MAX) return undefined;
      pieces.push(piece.value);
    }
  } catch {
    return undefined;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

export function keptLists(): Kept {
  try {
    return v.parse(Kept, JSON.parse(localStorage.getItem(KEY) ?? '{}'));
  } catch {
    return {};
  }
}

/** When the oldest list of what is kept was made; nothing where none is. */
export function listsAt(): number | undefined {
  const times = Object.values(keptLists()).map(({ at }) => at);
  return times.length > 0 ? Math.min(...times) : undefined;
}

async function fetchList(name: string, keys: JsonWebKey[]): Promise<{ at: number; bits: string } | undefined> {
  const answer = await fetch(ADDRESS + name, { cache: 'no-cache' }).catch(() => undefined);
  return answer?.ok ? readList(await answer.json().catch(() => undefined), name, keys) : undefined;
}

/** Asks the server for the lists of these groups ("2612") and of those that are kept already. */
export async function freshLists(groups: string[], keys: JsonWebKey[]): Promise<void> {
  const kept = keptLists();
  const wanted = new Set([...groups, ...Object.keys(kept).map((name) => name.slice(0, -1))]);
  const names = [...wanted].slice(0, KEPT_MAX).flatMap((group) => Object.values(PURPOSES).map((digit) => `${group}${digit}`));
  const lists = await Promise.all(names.map((name) => fetchList(name, keys)));
  const now = keptLists(); // another tab may have written meanwhile
  for (const [index, list] of lists.entries()) if (list) now[names[index]!] = list;
  try {
    localStorage.setItem(KEY, JSON.stringify(now));
  } catch {
    // A full phone keeps what it had.
  }
}

/** Nothing where a list is missing, too short, or older than the certificate. */
export async function standingOf(number: string, issuedAt: number): Promise<KnownStanding | undefined> {
  const place = placeOf(number);
  const kept = keptLists();
  if (!place || place.index < 0) return undefined;
  let asOf = Infinity;
  const set = new Set<Purpose>();
  for (const [purpose, digit] of Object.entries(PURPOSES) as [Purpose, number][]) {
    const list = kept[`${place.group}${digit}`];
    const bytes = list && (await inflate(list.bits));
    const byte = bytes?.[place.index >> 3];
    if (!list || byte === undefined) return undefined;
    if ((byte >> (7 - (place.index & 7))) & 1) set.add(purpose);
    asOf = Math.min(asOf, list.at);
  }
  if (set.has('supersession')) return { standing: 'superseded', asOf };
  if (set.has('revocation')) return { standing: 'revoked', asOf };
  if (set.has('suspension')) return { standing: 'suspended', asOf };
  return asOf >= issuedAt ? { standing: 'in_force', asOf } : undefined;
}
