// The device's side of the protocol as the screens use it: save, sync, enrol, export, repair.

import * as v from 'valibot';
import { ComparisonAnswer, EnrolmentAnswer, ProblemBody } from './answer';
import { randomHex } from './bytes';
import { deviceId } from './ids';
import { newDeviceKey, sealFor, signFlattened, thumbprint } from './jose';
import { append, unsentCount } from './outbox';
import { recount } from './replica';
import { FIRST_PACE, post, type Pace } from './request';
import { SyncRun, type Outcome, type World } from './run';
import { readState, Store, writeState, type Snapshot } from './store';
import { lifeNow, SCHEMA_VERSION, schemaOf, type Edit } from './types';
import { wipe } from './setbacks';

export type Enrolled =
  | { kind: 'enrolled' }
  | { kind: 'no_answer' }
  | { kind: 'refused'; code: string }
  /** Whoever invited compares these digits; the same question is asked again then. */
  | { kind: 'comparing'; digits: string; askAgainMs: number };

export const browserWorld = (): World => ({
  fetch: (path, init) => fetch(path, init),
  now: () => Date.now(),
  up: () => performance.now(),
  random: () => Math.random(),
  run: randomHex(8),
});

export class SyncClient {
  readonly store: Store;
  private pace: Pace = FIRST_PACE;
  private running: Promise<Outcome> | undefined;
  private wanted = false;
  /** Called after every change of the store by this client. */
  onChange: () => void = () => undefined;

  constructor(
    readonly name: string,
    private readonly world: World = browserWorld(),
  ) {
    this.store = new Store(name);
  }

  /** Opens the store. A record that this phone lost shows in the sums, and the next sync fetches it again. */
  async open(): Promise<Snapshot> {
    const snapshot = await this.store.snapshot();
    if (!recount(snapshot.state, snapshot.records)) return snapshot;
    await this.store.write(async (transaction) => {
      const state = await readState(transaction);
      recount(state, await transaction.objectStore('records').getAll());
      await writeState(transaction, state);
    });
    return this.store.snapshot();
  }

  /** Resolves when the edits are on disk; a draft that they came from goes in the same transaction. */
  async save(edits: Edit[], draft?: string): Promise<void> {
    const moment = { now: this.world.now(), run: this.world.run, up: Math.round(this.world.up()) };
    await this.store.write(async (transaction) => {
      await append(transaction, edits, moment);
      if (draft) await transaction.objectStore('drafts').delete(draft);
    });
    this.onChange();
  }

  /** Syncs; a call while one is under way makes that one go round again. Only one tab syncs at a time. */
  sync(): Promise<Outcome> {
    this.wanted = true;
    this.running ??= this.alone(() => this.rounds()).finally(() => (this.running = undefined));
    return this.running;
  }

  private async rounds(): Promise<Outcome> {
    let outcome: Outcome = { kind: 'done' };
    // Who asked during a run that got no answer may know of a signal that this run did not have.
    while (this.wanted && (outcome.kind === 'done' || outcome.kind === 'no_answer')) {
      this.wanted = false;
      const run = new SyncRun(this.store, this.world, this.pace, () => this.onChange());
      outcome = await run.run();
      this.pace = run.pace;
    }
    this.wanted = false;
    this.onChange();
    return outcome;
  }

  /** Queues for the lock: asking whether it is free would lose a wake-up. */
  private alone(work: () => Promise<Outcome>): Promise<Outcome> {
    if (!globalThis.navigator?.locks) return work();
    return navigator.locks.request(`sync:${this.name}`, work) as Promise<Outcome>;
  }

  /** The key of this device; made, and on disk, when it is first asked for. */
  async keys(): Promise<CryptoKeyPair> {
    const known = await this.store.meta<CryptoKeyPair>('keys');
    if (known) return known;
    const fresh = await newDeviceKey();
    await this.store.setMeta('keys', fresh);
    return fresh;
  }

  /** The key is on disk before the code is sent, so asking again after a lost answer is the same phone asking. */
  async enrol(code: string, device: { name: string; platform: string }): Promise<Enrolled> {
    const keys = await this.keys();
    const { incarnation } = lifeNow(await this.store.state());
    const signed = await signFlattened(keys, JSON.stringify({ code, device, incarnation }));
    const answer = await post(this.world.fetch, '/v1/enrolments', signed);
    if (!answer) return { kind: 'no_answer' };
    const comparing = v.safeParse(ComparisonAnswer, answer.body);
    if (answer.status === 202 && comparing.success) {
      return { kind: 'comparing', digits: comparing.output.comparison, askAgainMs: comparing.output.ask_again_ms };
    }
    const parsed = v.safeParse(EnrolmentAnswer, answer.body);
    if (answer.status !== 201 || !parsed.success) {
      const problem = v.safeParse(ProblemBody, answer.body);
      return { kind: 'refused', code: problem.success ? problem.output.code : 'internal' };
    }
    await this.admit(parsed.output);
    return { kind: 'enrolled' };
  }

  /** From now on this device is who the server says it is. */
  async admit({ token, person, roles, limits, notice, expires, ...rest }: EnrolmentAnswer): Promise<void> {
    const device_id = await deviceId(await thumbprint((await this.keys()).publicKey));
    await this.store.write(async (transaction) => {
      const state = await readState(transaction);
      const serverKeys = rest.keys.keys as JsonWebKey[];
      state.identity = {
        device: device_id,
        token,
        person,
        roles,
        limits,
        notice,
        serverKeys,
        enrolledAt: this.world.now(),
        ...(expires !== undefined && { until: expires }),
      };
      state.streams = rest.streams;
      state.schemaVersion = rest.schema_version;
      // A device that has synced before goes on naming that epoch, so that a restored server notices.
      state.epoch ??= rest.epoch;
      delete state.problem;
      await writeState(transaction, state);
    });
    this.onChange();
  }

  /** The changes that the server has not confirmed, signed by this phone and sealed for the server. */
  async exportUnsent(): Promise<string | undefined> {
    const { state, entries } = await this.store.snapshot();
    const life = state.lives.find(({ last, acked }) => last > acked);
    const serverKey = state.identity?.serverKeys.find((key) => (key as { use?: string }).use === 'enc');
    if (!life || !state.identity || !serverKey) return undefined;
    const unsent = entries.filter((entry) => entry.life === life.incarnation && entry.seq > life.acked);
    const schema = unsent[0] ? schemaOf(unsent[0]) : SCHEMA_VERSION;
    const other = unsent.findIndex((entry) => schemaOf(entry) !== schema);
    const bundle = {
      protocol: 1,
      schema_version: schema,
      device: state.identity.device,
      incarnation: life.incarnation,
      continues: life.continues,
      changes: unsent.slice(0, other < 0 ? undefined : other).map(({ change }) => change),
      made_at: this.world.now(),
    };
    return sealFor(serverKey, await signFlattened(await this.keys(), JSON.stringify(bundle)));
  }

  /** Marks something that came back as looked after. */
  async putAway(life: string, seq: number): Promise<void> {
    await this.store.write(async (transaction) => {
      const entry = await transaction.objectStore('outbox').get([life, seq]);
      if (entry) await transaction.objectStore('outbox').put({ ...entry, handled: true });
    });
    this.onChange();
  }

  /** Leaves this phone; refused while something is unsent and was not exported. */
  async signOut(exported: boolean): Promise<boolean> {
    const left = await this.store.write(async (transaction) => {
      const state = await readState(transaction);
      if (unsentCount(state) > 0 && !exported) return false;
      await wipe(transaction, state);
      await transaction.objectStore('meta').clear();
      return true;
    });
    if (left) this.onChange();
    return left;
  }
}
