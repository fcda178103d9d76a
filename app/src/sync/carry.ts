// Carrying sealed changes for somebody whose phone has no signal, and taking home what the server answered to them.

import * as v from 'valibot';
import { BundleAnswer, ProblemBody } from './answer';
import { applyAcks } from './apply';
import { hex, utf8 } from './bytes';
import { openCompact } from './receipt';
import { JOSE, post, type Fetch } from './request';
import { readState, writeState, type Store } from './store';

const KEY = 'carried';
/** The server takes no larger body. */
const BUNDLE_BYTES_MAX = 4_194_304;
/** Five parts in base64url: a compact JWE (RFC 7516). */
const SEALED = /^[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+$/;

export interface Carried {
  /** SHA-256 of the bundle, so that the same file taken twice is one. */
  id: string;
  bundle: string;
  takenAt: number;
  /** What the server said, to be given back to whoever it is from. */
  answer?: string;
  /** Why the server will never take it. */
  refused?: string;
}

export const carried = async (store: Store): Promise<Carried[]> => (await store.meta<Carried[]>(KEY)) ?? [];

/** Takes a bundle along; false where the text is none. */
export async function takeAlong(store: Store, text: string, now: number): Promise<boolean> {
  const bundle = text.trim();
  if (bundle.length > BUNDLE_BYTES_MAX || !SEALED.test(bundle)) return false;
  const id = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(bundle))));
  const known = await carried(store);
  if (!known.some((one) => one.id === id)) await store.setMeta(KEY, [...known, { id, bundle, takenAt: now }]);
  return true;
}

export async function forgetCarried(store: Store, id: string): Promise<void> {
  await store.setMeta(KEY, (await carried(store)).filter((one) => one.id !== id));
}

/** Answers that stay the same however often it is sent: too large, or no seal. */
const NEVER_TAKEN = [413, 415, 422, 426];

const waits = ({ answer, refused }: Carried): boolean => answer === undefined && refused === undefined;

/** Gives the server what was taken along; what it did not answer stays for the next time. */
export async function deliverCarried(store: Store, fetch: Fetch): Promise<void> {
  const token = (await store.state()).identity?.token;
  for (const one of (await carried(store)).filter(waits)) {
    const answer = await post(fetch, '/v1/bundles', one.bundle, token, JOSE);
    if (!answer) return;
    const told: Partial<Carried> = {};
    if (answer.status === 200) told.answer = JSON.stringify(answer.body);
    const code = answer.status === 200 ? '' : v.parse(ProblemBody, answer.body ?? {}).code;
    if (NEVER_TAKEN.includes(answer.status) || code === 'device_forked') told.refused = code || 'bundle_invalid';
    const list = (await carried(store)).map((other) => (other.id === one.id ? { ...other, ...told } : other));
    await store.setMeta(KEY, list);
  }
}

const Receipt = v.object({ device: v.string(), incarnation: v.string(), seq: v.number(), epoch: v.string() });

/** What came back for this phone's own bundle: it counts only if the server signed it for this very device and life. */
export async function takeReceipt(store: Store, text: string, now: number): Promise<boolean> {
  const { identity } = await store.state();
  const answer = v.safeParse(BundleAnswer, parsed(text));
  if (!identity || !answer.success) return false;
  const { acked, receipt, verdicts } = answer.output;
  const signed = v.safeParse(Receipt, await openCompact(receipt, identity.serverKeys));
  if (!signed.success || signed.output.device !== identity.device || signed.output.seq !== acked) return false;
  return store.write(async (transaction) => {
    const state = await readState(transaction);
    const life = state.lives.find(({ incarnation }) => incarnation === signed.output.incarnation);
    if (!life || (state.epoch !== undefined && state.epoch !== signed.output.epoch)) return false;
    if (acked > life.last) return false;
    if (acked > life.acked) await applyAcks(transaction, life, { acked, receipt, verdicts }, now);
    await writeState(transaction, state);
    return true;
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
