// Sending while no tab is open: what the browser's Background Sync wakes the service worker for.

import { deliverCarried } from './carry';
import { browserWorld, SyncClient } from './client';
import { unsentCount } from './outbox';

const STORES = /^suoi(-[0-9a-f]{8})?$/;

/** Sends what waits in every person's store of this phone; throws where no answer came, so that the browser tries again. */
export async function sendAll(): Promise<void> {
  const names = (await indexedDB.databases()).map(({ name }) => name ?? '').filter((name) => STORES.test(name));
  let failed = false;
  for (const name of names) {
    const client = new SyncClient(name, browserWorld());
    const state = await client.store.state();
    if (state.identity && unsentCount(state) > 0) {
      failed ||= (await client.sync()).kind === 'no_answer';
      await deliverCarried(client.store, (path, init) => fetch(path, init));
      new BroadcastChannel(name).postMessage('changed');
    }
    await client.store.close();
  }
  if (failed) throw new Error('no answer');
}
