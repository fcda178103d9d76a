// A phone of the tests: a sync client over a link that can lose, repeat and delay, and that can be killed at any write.

import { gunzipSync } from 'node:zlib';
import { SyncClient } from '../../src/sync/client';
import { overlay, type Shown } from '../../src/sync/overlay';
import { Store, readState, writeState, type Snapshot } from '../../src/sync/store';
import type { ModelServer } from './model_server';

export type Link = 'good' | 'request_lost' | 'answer_lost' | 'sent_twice' | 'late_repeat';

export class Killed extends Error {}

let names = 0;

export class Phone {
  client: SyncClient;
  link: Link = 'good';
  killAfterWrites = Infinity;
  clock = 1_000;
  private late: any[] = [];

  private constructor(
    readonly device: string,
    private readonly server: ModelServer,
    private name: string,
  ) {
    this.client = this.start();
  }

  static async make(device: string, server: ModelServer): Promise<Phone> {
    const phone = new Phone(device, server, `phone-${names++}`);
    await phone.client.store.write(async (transaction) => {
      const state = await readState(transaction);
      state.identity = {
        device,
        token: device,
        person: device,
        roles: [],
        limits: { changes: 4, change_bytes: 65_536, body_bytes: 4_194_304 },
        serverKeys: [],
        notice: { version: '', text: '' },
        enrolledAt: 0,
      };
      await writeState(transaction, state);
    });
    return phone;
  }

  private start(): SyncClient {
    const client = new SyncClient(this.name, {
      fetch: (_path, init) => this.carry(init),
      now: () => this.clock++,
      up: () => this.clock,
      random: () => 0,
      run: `run-${names++}`,
    });
    this.watch(client.store);
    return client;
  }

  /** Starts the app anew, as after a kill. */
  restart(): void {
    this.killAfterWrites = Infinity;
    this.client = this.start();
  }

  private watch(store: Store): void {
    const write = store.write.bind(store);
    store.write = async (work) => {
      if (this.killAfterWrites-- <= 0) throw new Killed();
      const result = await write(work);
      if (this.killAfterWrites === 0 && this.device.endsWith('a')) throw new Killed(); // committed, but never told
      return result;
    };
  }

  private async carry(init: RequestInit): Promise<Response> {
    const raw = typeof init.body === 'string' ? init.body : gunzipSync(init.body as ArrayBuffer).toString();
    const request = JSON.parse(raw);
    const { link } = this;
    this.link = 'good';
    if (link === 'request_lost') throw new TypeError('no signal');
    for (const repeat of this.late.splice(0)) this.server.sync(this.device, repeat);
    let answer = this.server.sync(this.device, request);
    if (link === 'sent_twice') answer = this.server.sync(this.device, request);
    if (link === 'late_repeat') this.late.push(request);
    if (link === 'answer_lost') throw new TypeError('no signal');
    return new Response(JSON.stringify(answer.body), { status: answer.status });
  }

  async sync(): Promise<void> {
    try {
      await this.client.sync();
    } catch (fault) {
      if (!(fault instanceof Killed)) throw fault;
      this.restart();
    }
  }

  async shown(): Promise<Map<string, Shown>> {
    const { records, entries } = await this.snapshot();
    return overlay(records, entries);
  }

  snapshot(): Promise<Snapshot> {
    return this.client.store.snapshot();
  }

  /** A copy of the whole local store, as a backup of the phone holds it. */
  async backup(): Promise<Snapshot> {
    return structuredClone(await this.snapshot());
  }

  /** The store becomes what the backup holds, under a new name, as on a new phone. */
  async restore({ state, records, entries }: Snapshot): Promise<void> {
    this.name = `phone-${names++}`;
    this.restart();
    await this.client.store.write(async (transaction) => {
      await writeState(transaction, structuredClone(state));
      for (const record of records) await transaction.objectStore('records').put(record);
      for (const entry of entries) await transaction.objectStore('outbox').put(entry);
    });
  }
}
