// Asks the browser to wake the service worker once there is a signal; browsers without Background Sync send when the app
// is opened again.

export const SEND_TAG = 'send';

interface SyncManager {
  register(tag: string): Promise<void>;
}

export async function sendLater(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  const manager = (registration as { sync?: SyncManager } | undefined)?.sync;
  await manager?.register(SEND_TAG).catch(() => undefined); // the person may have forbidden it
}
