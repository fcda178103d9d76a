// A browser at a desk becomes a device for some hours by login, password and one-time code (POST /v1/sessions).

import * as v from 'valibot';
import { EnrolmentAnswer, ProblemBody } from './answer';
import type { SyncClient } from './client';
import { publicJwk } from './jose';

export interface SignIn {
  login: string;
  password: string;
  /** The one-time code; asked for only where the server says that one is needed. */
  totp: string;
}

export type SignedIn =
  | 'signed_in'
  /** These are the server's own codes. */
  | 'sign_in_failed'
  | 'totp_needed'
  | 'key_taken'
  | 'no_answer'
  | { waitSeconds: number };

const PATIENCE_MS = 20_000;
const WAIT_SECONDS = 5;
const ADDRESS = '/v1/sessions';
const REFUSALS = ['sign_in_failed', 'totp_needed', 'key_taken'] as const;

export async function signIn(client: SyncClient, { login, password, totp }: SignIn, device: { name: string; platform: string }): Promise<SignedIn> {
  const jwk = await publicJwk((await client.keys()).publicKey);
  const body = JSON.stringify({ login, password, ...(totp && { totp }), device, jwk });
  const headers = { 'Content-Type': 'application/json' };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const answer = await fetch(ADDRESS, { method: 'POST', headers, body, cache: 'no-store', signal }).catch(() => undefined);
  const said = await answer?.json().catch(() => undefined);
  const admitted = v.safeParse(EnrolmentAnswer, said);
  if (answer?.status === 201 && admitted.success) {
    await client.admit(admitted.output);
    return 'signed_in';
  }
  if (answer?.status === 429 || answer?.status === 503) {
    return { waitSeconds: Number(answer.headers.get('Retry-After')) || WAIT_SECONDS };
  }
  const problem = v.safeParse(ProblemBody, said);
  return REFUSALS.find((code) => problem.success && code === problem.output.code) ?? 'no_answer';
}

/** The token ends at once; without an answer it ends by itself. */
export async function signOut(token: string): Promise<void> {
  const headers = { Authorization: `Bearer ${token}` };
  await fetch(ADDRESS, { method: 'DELETE', headers }).catch(() => undefined);
}
