// The sync client of the app without its screens, against the real server: more phones for the journeys.

import 'fake-indexeddb/auto';
import { overlay, SyncClient, type Edit, type Shown } from '../../src/sync';

let names = 0;

export class Device {
  readonly client: SyncClient;

  constructor(address: string) {
    this.client = new SyncClient(`device-${names++}`, {
      fetch: (path, init) => fetch(address + path, init),
      now: () => Date.now(),
      up: () => performance.now(),
      random: () => 0,
      run: `run-${names}`,
    });
  }

  static async joined(address: string, code: string): Promise<Device> {
    const device = new Device(address);
    const result = await device.client.enrol(code, { name: 'Máy thử', platform: 'test' });
    if (result.kind !== 'enrolled') throw new Error(`not enrolled: ${JSON.stringify(result)}`);
    await device.sync();
    return device;
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
