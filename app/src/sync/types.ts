// The words of the sync protocol and of the local store.

export type Value = null | boolean | number | string | Value[] | { [member: string]: Value };
export type Fields = { [field: string]: Value };

/** One numbered change as it goes over the wire; never rewritten once it has its number. */
export interface Change {
  seq: number;
  at: number;
  up?: number;
  collection: string;
  record: string;
  base: number;
  set?: Fields;
  inc?: { [field: string]: number };
  add?: { [field: string]: string[] };
  remove?: { [field: string]: string[] };
  delete?: true;
  reason?: string;
}

/** What a screen asks to be saved; number, clock and base are added by the store. */
export type Edit = Omit<Change, 'seq' | 'at' | 'up' | 'base'> & { base?: number };

export interface Verdict {
  seq: number;
  verdict: 'merged' | 'review' | 'quarantined' | 'redirected';
  fields?: { [field: string]: 'kept' | 'superseded' | 'combined' } | undefined;
  case?: string | undefined;
  unit?: string | undefined;
  code?: string | undefined;
  detail?: string | undefined;
  field?: string | undefined;
}

/** The schema version whose words this app writes. */
export const SCHEMA_VERSION = 2;

export const schemaOf = (entry: Entry): number => entry.schema ?? 1;

/** A change in the outbox: kept until the server has it in a verified backup, or for 60 days. */
export interface Entry {
  life: string;
  seq: number;
  change: Change;
  /** The start of the app that made it: `up` counts only within one. */
  run: string;
  ackedAt?: number;
  /** The server's record shows it (or never will), so it is no longer laid over. */
  reflected?: boolean;
  verdict?: Verdict;
  /** The person has mended or put away what came back. */
  handled?: boolean;
  /** The schema version that the app spoke when it was saved; the first one where absent. */
  schema?: number;
}

/** One life of the local store (an incarnation of the device). */
export interface Life {
  incarnation: string;
  last: number;
  acked: number;
  safe: number;
  receipt?: string;
  continues?: { incarnation: string; seq: number };
}

export interface StoredRecord {
  id: string;
  collection: string;
  version: number;
  unit: string;
  stream: string;
  createdBy?: string;
  createdAt?: number;
  fields: Fields;
  /** First 8 bytes of SHA-256(id:version), for the sum of its stream. */
  mark: bigint;
}

export interface Held {
  cursor?: number;
  sum: bigint;
}

export interface Role {
  role: string;
  unit: string;
  organisation: string | null;
}

export interface Limits {
  changes: number;
  change_bytes: number;
  body_bytes: number;
}

/** Who this device is for the server. */
export interface Identity {
  device: string;
  person: string;
  token: string;
  roles: Role[];
  limits: Limits;
  serverKeys: JsonWebKey[];
  notice: { version: string; text: string };
  enrolledAt: number;
  /** Until when the token holds, where it ends by itself: a browser that signed in with a password. */
  until?: number;
}

/** Everything about the device that changes together with records and outbox. */
export interface State {
  identity?: Identity;
  /** Earlier lives first; the last one is lived now. */
  lives: Life[];
  epoch?: string;
  schemaVersion: number;
  streams: string[];
  held: { [stream: string]: Held };
  /** When the server last answered a sync with success, by this phone's clock. */
  lastSuccess?: number;
  /** Server's clock minus ours at that time. */
  clockOffset?: number;
  problem?: Problem;
  /** The whole of every stream was here at least once. */
  complete?: boolean;
}

export interface Problem {
  status: number;
  code: string;
}

export const lifeNow = (state: State): Life => state.lives[state.lives.length - 1]!;
