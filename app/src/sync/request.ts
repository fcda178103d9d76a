// Makes the body of a sync from the local store and carries it over a bad link.

import { entriesOf, lifeToSend, unsentOf } from './outbox';
import { readState, type Transaction } from './store';
import { SCHEMA_VERSION, schemaOf, type Change, type Life, type State } from './types';

/** Leaves room for the envelope and the cursors within the server's limit of a body. */
const ENVELOPE_BYTES = 262_144;
const LIMITS = { changes: 5000, change_bytes: 65_536, body_bytes: 4_194_304 };

export interface Pace {
  /** Bytes of changes in one request, and of records in one page. */
  upBytes: number;
  pageBytes: number;
  changes: number;
}

const SLOWEST: Pace = { upBytes: 2_048, pageBytes: 4_096, changes: 1 };
const FASTEST: Pace = { upBytes: 1_048_576, pageBytes: 262_144, changes: 5000 };
export const FIRST_PACE: Pace = { upBytes: 65_536, pageBytes: 65_536, changes: 5000 };

const scaled = (pace: Pace, by: number): Pace => ({
  upBytes: Math.round(Math.min(Math.max(pace.upBytes * by, SLOWEST.upBytes), FASTEST.upBytes)),
  pageBytes: Math.round(Math.min(Math.max(pace.pageBytes * by, SLOWEST.pageBytes), FASTEST.pageBytes)),
  changes: Math.min(pace.changes * Math.max(1, by), FASTEST.changes),
});
export const slower = (pace: Pace): Pace => scaled(pace, 0.5);
export const faster = (pace: Pace): Pace => scaled(pace, 2);

export interface Batch {
  incarnation: string;
  epoch: string | undefined;
  changes: Change[];
  body: string;
}

interface Now {
  now: number;
  run: string;
  up: number;
}

export async function nextBatch(transaction: Transaction, pace: Pace, moment: Now): Promise<Batch> {
  const state = await readState(transaction);
  const life = lifeToSend(state);
  const { changes, lost, ofThisRun, schema } = await choose(transaction, state, life, pace, moment.run);
  const cursors: { [stream: string]: number } = {};
  for (const [stream, { cursor }] of Object.entries(state.held)) if (cursor !== undefined) cursors[stream] = cursor;
  const body = {
    protocol: 1,
    schema_version: schema,
    epoch: state.epoch,
    incarnation: life.incarnation,
    last: life.last,
    receipt: life.receipt,
    continues: life.continues,
    clock: moment.now,
    // `up` of an older run counts from another zero; then the envelope keeps silent about this one.
    ...(ofThisRun && { run: moment.run, up: moment.up }),
    lost,
    changes,
    cursors,
    max_bytes: pace.pageBytes,
  };
  return { incarnation: life.incarnation, epoch: state.epoch, changes, body: JSON.stringify(body) };
}

async function choose(transaction: Transaction, state: State, life: Life, pace: Pace, run: string) {
  const limits = state.identity?.limits ?? LIMITS;
  const room = Math.min(pace.upBytes, limits.body_bytes - ENVELOPE_BYTES);
  const unsent = (await entriesOf(transaction, life)).filter(({ seq }) => seq > life.acked);
  const first = unsent[0]?.seq ?? life.last + 1;
  const lost = unsentOf(life) > 0 && first > life.acked + 1 ? [life.acked + 1, first - 1] : undefined;
  const changes: Change[] = [];
  let bytes = 0;
  let ofThisRun = true;
  // A numbered change is never rewritten: after an update of the app it still speaks as it did.
  const schema = unsent[0] ? schemaOf(unsent[0]) : SCHEMA_VERSION;
  for (const entry of unsent) {
    bytes += JSON.stringify(entry.change).length * 2; // a letter of Vietnamese takes up to three bytes, most take one
    const full = bytes > room || changes.length >= Math.min(pace.changes, limits.changes);
    if ((full && changes.length > 0) || schemaOf(entry) !== schema) break;
    ofThisRun &&= entry.run === run;
    changes.push(entry.change);
  }
  return { changes, lost, ofThisRun, schema };
}

const COMPRESS_FROM = 1_024;
const PATIENCE_MS = 90_000;

async function gzip(text: string): Promise<ArrayBuffer> {
  return new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
}

export type Fetch = (path: string, init: RequestInit) => Promise<Response>;

export const JOSE = 'application/jose';

/** Posts JSON, or a text of another type as it is; nothing where no whole answer came. */
export async function post(
  fetch: Fetch,
  path: string,
  body: string,
  token?: string,
  type = 'application/json',
): Promise<{ status: number; body: unknown; retryAfter: number } | undefined> {
  const headers: { [name: string]: string } = { 'Content-Type': type };
  if (token) headers['Authorization'] = `Bearer ${token}`;
  // What is sealed is as random as can be and does not get smaller.
  const small = body.length < COMPRESS_FROM || type === JOSE;
  if (!small) headers['Content-Encoding'] = 'gzip';
  try {
    const sent = small ? body : await gzip(body);
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await fetch(path, { method: 'POST', headers, body: sent, signal, cache: 'no-store' });
    const retryAfter = Number(answer.headers.get('Retry-After')) || 0;
    return { status: answer.status, body: await answer.json(), retryAfter };
  } catch {
    return undefined;
  }
}
