// The sync client of the app without its screens, against the real server: more phones for the journeys.

import 'fake-indexeddb/auto';
import { overlay, SyncClient, type Edit, type Shown, type Snapshot } from '../../src/sync';
import { writeState } from '../../src/sync/store';

let names = 0;

/** What becomes of a request: how it is carried, and by how much the phone's clock is off. */
export interface Conditions {
  carry?: (go: () => Promise<Response>) => Promise<Response>;
  clockOffMs?: number;
}

export class Device {
  private readonly name = `device-${names++}`;
  client: SyncClient;

  constructor(
    private readonly address: string,
    private readonly conditions: Conditions = {},
  ) {
    this.client = this.start();
  }

  private start(): SyncClient {
    const { carry = (go) => go(), clockOffMs = 0 } = this.conditions;
    return new SyncClient(this.name, {
      fetch: (path, init) => carry(() => fetch(this.address + path, init)),
      now: () => Date.now() + clockOffMs,
      up: () => performance.now(),
      random: () => 0,
      run: `run-${names++}`,
    });
  }

  /** Starts the app anew, as after a kill. */
  restart(): void {
    this.client = this.start();
  }

  static async joined(address: string, code: string, conditions: Conditions = {}): Promise<Device> {
    const device = new Device(address, conditions);
    const result = await device.client.enrol(code, { name: 'Máy thử', platform: 'test' });
    if (result.kind !== 'enrolled') throw new Error(`not enrolled: ${JSON.stringify(result)}`);
    await device.sync();
    return device;
  }

  /** A new phone with what a backup of this one holds; its key came along. */
  async restoredFrom(address: string, { state, records, entries }: Snapshot): Promise<Device> {
    const restored = new Device(address);
    const keys = await this.client.store.meta('keys');
    await restored.client.store.write(async (transaction) => {
      await transaction.objectStore('meta').put(keys, 'keys');
      await writeState(transaction, state);
      for (const record of records) await transaction.objectStore('records').put(record);
      for (const entry of entries) await transaction.objectStore('outbox').put(entry);
    });
    return restored;
  }

  async sync(): Promise<void> {
    const outcome = await this.client.sync();
    if (outcome.kind !== 'done') throw new Error(`the sync ended with ${JSON.stringify(outcome)}`);
  }

  async save(...edits: Edit[]): Promise<void> {
    await this.client.save(edits);
  }

  async records(collection: string): Promise<Shown[]> {
    const { records, entries } = await this.client.store.snapshot();
    return [...overlay(records, entries).values()].filter((one) => one.collection === collection);
  }

  async person(): Promise<string> {
    return (await this.client.store.state()).identity!.person;
  }
}
