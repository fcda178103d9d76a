// A device of a scenario: the app's sync client against the real server, with a clock that may be wrong.

import 'fake-indexeddb/auto';
import { gunzipSync } from 'node:zlib';
import { overlay, SyncClient, type Edit, type Outcome, type Shown, type Snapshot } from '../../src/sync';
import { entriesOf } from '../../src/sync/outbox';
import { readState, writeState } from '../../src/sync/store';
import { lifeNow, type Change } from '../../src/sync/types';
import { takeReceipt } from '../../src/sync/carry';
import type { Json } from './words';

let names = 0;

const OUTCOMES: { [code: string]: string } = {
  token_invalid: 'enrol_again',
  device_revoked: 'revoked',
  protocol_unsupported: 'update_app',
};

const outcomeName = (outcome: Outcome): string => {
  if (outcome.kind === 'wait') return 'waiting';
  return outcome.kind === 'stopped' ? (OUTCOMES[outcome.code] ?? 'refused') : outcome.kind;
};

export class Actor {
  skewMs = 0;
  client: SyncClient;
  private sentLost: Json[] = [];
  private summed: string[] = [];
  private sumsDiffered = 0;
  private toldAtTheEnd: Json[] = [];

  constructor(
    readonly address: () => string,
    readonly person: string,
  ) {
    this.client = new SyncClient(`actor-${names++}`, {
      fetch: (path, init) => this.carry(path, init),
      now: () => Date.now() + this.skewMs,
      up: () => performance.now(),
      random: () => 0,
      run: `run-${names++}`,
    });
  }

  /** Carries a request and notes what the store does not tell afterwards. */
  private async carry(path: string, init: RequestInit): Promise<Response> {
    if (path !== '/v1/sync') return fetch(this.address() + path, init);
    const asked = JSON.parse(typeof init.body === 'string' ? init.body : gunzipSync(init.body as ArrayBuffer).toString());
    if (asked.lost) this.sentLost.push(asked.lost);
    // A stream whose sum differed is asked for without its cursor.
    this.sumsDiffered += this.summed.filter((stream) => !(stream in asked.cursors)).length;
    const answer = await fetch(this.address() + path, init);
    const said = await answer.clone().json();
    this.summed = Object.keys(said.sums ?? {});
    if (answer.status === 403) this.toldAtTheEnd = said.verdicts ?? []; // the store is wiped with them
    return answer;
  }

  async join(code: string, name: string): Promise<void> {
    const result = await this.client.enrol(code, { name: `Máy của ${name}`, platform: 'test' });
    if (result.kind !== 'enrolled') throw new Error(`not enrolled: ${JSON.stringify(result)}`);
  }

  /** A moment that the scenario names is not measured by the clock of this run. */
  async save(change: Edit & { at?: number }): Promise<void> {
    const { at, ...edit } = change;
    await this.client.save([edit]);
    if (at === undefined) return;
    await this.client.store.write(async (transaction) => {
      const life = lifeNow(await readState(transaction));
      const entry = (await entriesOf(transaction, life)).at(-1)!;
      const { up: _, ...dated } = { ...entry.change, at } as Change;
      await transaction.objectStore('outbox').put({ ...entry, change: dated });
    });
  }

  /** What a sync brought, in the words of the scenarios. */
  async sync(): Promise<{ [member: string]: Json }> {
    const before = await this.snapshot();
    this.sentLost = [];
    this.summed = [];
    this.sumsDiffered = 0;
    this.toldAtTheEnd = [];
    const outcome = await this.client.sync();
    const after = await this.snapshot();
    const told = new Map(before.entries.map((entry) => [`${entry.life}/${entry.seq}`, JSON.stringify(entry.verdict)]));
    const fresh = after.entries.filter(
      ({ life, seq, verdict }) => verdict && told.get(`${life}/${seq}`) !== JSON.stringify(verdict),
    );
    const newLives = after.state.lives.filter((life) => !before.state.lives.some((one) => one.incarnation === life.incarnation));
    const restored = before.state.epoch !== undefined && before.state.epoch !== after.state.epoch;
    return {
      outcome: outcomeName(outcome),
      verdicts: [...JSON.parse(JSON.stringify(fresh.map(({ verdict }) => verdict))), ...this.toldAtTheEnd],
      sums_differed: this.sumsDiffered,
      forks: newLives.length,
      restores: restored ? 1 : 0,
      lost: this.sentLost,
    };
  }

  snapshot(): Promise<Snapshot> {
    return this.client.store.snapshot();
  }

  async shown(): Promise<Shown[]> {
    const { records, entries, state } = await this.snapshot();
    const streams = new Map(records.map(({ id, stream }) => [id, stream]));
    const all = overlay(records, entries, state.identity?.person).values();
    return [...all].map((one) => ({ ...one, stream: streams.get(one.id) ?? '' }));
  }

  /** The store becomes what a copy holds; the key stays. */
  async putBack({ state, records, entries }: Snapshot): Promise<void> {
    await this.client.store.write(async (transaction) => {
      for (const name of ['records', 'outbox'] as const) await transaction.objectStore(name).clear();
      await writeState(transaction, structuredClone(state));
      for (const record of records) await transaction.objectStore('records').put(record);
      for (const entry of entries) await transaction.objectStore('outbox').put(entry);
    });
  }

  /** Another phone with the same store and key. */
  async clone(): Promise<Actor> {
    const other = new Actor(this.address, this.person);
    const keys = await this.client.store.meta('keys');
    await other.client.store.setMeta('keys', keys);
    await other.putBack(await this.snapshot());
    return other;
  }

  async forgetSent(): Promise<void> {
    await this.client.store.write(async (transaction) => {
      for (const life of (await readState(transaction)).lives) {
        for (const { seq } of await entriesOf(transaction, life)) {
          if (seq <= life.acked) await transaction.objectStore('outbox').delete([life.incarnation, seq]);
        }
      }
    });
  }

  takeReceipt(text: string): Promise<boolean> {
    return takeReceipt(this.client.store, text, Date.now());
  }
}
