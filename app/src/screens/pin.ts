// The PIN of one store: kept as a slow hash, beside what counts wrong tries. Four digits stop a curious neighbour, not
// somebody who reads the phone's files; the texts say so.

import { base64url, randomBytes, utf8 } from '../sync/bytes';
import { client } from '../shell/model';
import { forgetPin, PIN, unlock } from '../shell/lock';

interface KeptPin {
  salt: Uint8Array<ArrayBuffer>;
  hash: string;
  wrong: number;
  /** By this phone's clock. */
  waitUntil: number;
}

const ROUNDS = 210_000;
const FREE_TRIES = 5;
const FIRST_WAIT_MS = 30_000;
const WAIT_MAX_MS = 15 * 60_000;

export const isPin = (digits: string): boolean => /^\d{4,6}$/.test(digits);

async function hashOf(digits: string, salt: Uint8Array<ArrayBuffer>): Promise<string> {
  const key = await crypto.subtle.importKey('raw', utf8(digits), 'PBKDF2', false, ['deriveBits']);
  const bits = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS }, key, 256);
  return base64url(new Uint8Array(bits));
}

export async function setPin(digits: string): Promise<void> {
  const salt = randomBytes(16);
  const kept: KeptPin = { salt, hash: await hashOf(digits, salt), wrong: 0, waitUntil: 0 };
  await client.store.setMeta(PIN, kept);
  unlock();
}

export const hasPin = async (): Promise<boolean> => Boolean(await client.store.meta(PIN));

export const waitAfter = (wrong: number): number =>
  wrong < FREE_TRIES ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (wrong - FREE_TRIES), WAIT_MAX_MS);

/** Whether it is right; or how long to wait, after too many wrong ones. A wait outlasts a reload. */
async function compare(digits: string): Promise<boolean | { waitMs: number }> {
  const kept = await client.store.meta<KeptPin>(PIN);
  if (!kept) return true;
  const now = Date.now();
  // A clock that was set back must not shut somebody out for years.
  const waitMs = Math.min(kept.waitUntil - now, WAIT_MAX_MS);
  if (waitMs > 0) return { waitMs };
  const right = (await hashOf(digits, kept.salt)) === kept.hash;
  const wrong = right ? 0 : kept.wrong + 1;
  await client.store.setMeta(PIN, { ...kept, wrong, waitUntil: right ? 0 : now + waitAfter(wrong) });
  return right;
}

export async function tryPin(digits: string): Promise<boolean | { waitMs: number }> {
  const right = await compare(digits);
  if (right === true) unlock();
  return right;
}

export async function removePin(digits: string): Promise<boolean | { waitMs: number }> {
  const right = await compare(digits);
  if (right === true) await forgetPin();
  return right;
}
