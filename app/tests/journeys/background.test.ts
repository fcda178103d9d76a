import { expect } from 'vitest';
import { joined, person, type BrowserContext, type Page } from './browser';
import { Device } from './device';
import { journey } from './stage';

const PA_U = '2025:03442';

journey('what waits goes out in the background after the app was closed', async ({ server, browser }) => {
  const { page, context, faults } = await person(browser, server.address);
  await joined(page, server.invite('Lò Thị Hoa', 'volunteer', PA_U).code, 'Máy của Hoa');
  server.faults = Array.from({ length: 20 }, () => 'refuse');
  await page.goto('/#/record/need');
  await page.getByLabel('Đồ ấm').check();
  await page.getByRole('button', { name: 'Tiếp tục' }).click();
  await page.getByLabel('Thứ cần').fill('Chăn ấm');
  await page.getByLabel('Số lượng').fill('5');
  for (let i = 0; i < 3; i++) await page.getByRole('button', { name: 'Tiếp tục' }).click();
  await page.getByRole('button', { name: 'Lưu trên máy' }).click();
  await page.getByText('Mất sóng. Bạn vẫn ghi được bình thường.').waitFor();
  const wake = await waker(page);
  await page.goto('about:blank'); // no tab of the app is left
  server.faults = [];
  await wake(server.address);
  const other = await Device.joined(server.address, server.invite('Vàng A Páo', 'volunteer', PA_U).code);
  const items = async () => (await other.sync(), (await other.records('need')).map(({ fields }) => fields['item']));
  await expect.poll(items, { timeout: 40_000 }).toContain('Chăn ấm');
  await expect.poll(() => unanswered(context, server.address), { timeout: 20_000 }).toBe(0);
  expect(await opened(context, server.address)).toContain('Máy chủ đã nhận');
  expect(faults).toEqual([]);
});

/** Tells the worker what the browser tells it when the signal is back. */
async function waker(page: Page): Promise<(origin: string) => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  const registration = new Promise<string>((done) =>
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      if (registrations[0]) done(registrations[0].registrationId);
    }),
  );
  await session.send('ServiceWorker.enable');
  const registrationId = await registration;
  return async (origin) => {
    await session.send('ServiceWorker.dispatchSyncEvent', { origin, registrationId, tag: 'send', lastChance: false });
  };
}

/** How many changes wait on the phone, read beside the app. */
async function unanswered(context: BrowserContext, address: string): Promise<number> {
  const page = await context.newPage();
  await page.goto(`${address}/icon.svg`);
  const count = await page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((done) => {
      const opening = indexedDB.open('suoi');
      opening.onsuccess = () => done(opening.result);
    });
    const outbox = db.transaction('outbox').objectStore('outbox');
    const entries = await new Promise<{ ackedAt?: number }[]>((done) => {
      outbox.getAll().onsuccess = (event) => done((event.target as IDBRequest).result);
    });
    db.close();
    return entries.filter(({ ackedAt }) => ackedAt === undefined).length;
  });
  await page.close();
  return count;
}

/** What the bar says when the app is opened again, before it has synced by itself. */
async function opened(context: BrowserContext, address: string): Promise<string> {
  const page = await context.newPage();
  await context.setOffline(true);
  await page.goto(`${address}/#/today`);
  return page.locator('.syncbar').innerText();
}
