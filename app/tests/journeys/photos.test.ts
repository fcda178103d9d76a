import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'vitest';
import { dateText } from '../../src/shell/format';
import { draft, inspect, joined, person, picture, sent, type Page } from './browser';
import { journey } from './stage';

const PA_U = '2025:03442';
/** Any picture will do; this one is a PNG of a screen. */
const PICTURE = join(import.meta.dirname, '../../../docs/screens/32-can-xem-lai.png');

const yesterday = () => dateText(Date.now() - 24 * 3600_000);
const next = (page: Page) => page.locator('main button[type=submit]').click();

async function recordWithPhoto(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Ghi nhận', exact: true }).click();
  await page.getByRole('link', { name: /^Hoạt động/ }).click();
  await page.getByLabel('Hoạt động khác, ngoài kế hoạch').check();
  await page.getByLabel('Tên hoạt động').fill('Dọn đường vào bản');
  await next(page);
  await page.getByLabel('Trường tiểu học Pa Ủ').check();
  await next(page);
  await page.getByLabel('Ngày', { exact: true }).fill(yesterday());
  await page.getByLabel('Từ', { exact: true }).fill('8h');
  await page.getByLabel('Đến', { exact: true }).fill('11:30');
  await next(page);
  await page.getByLabel('Tìm theo tên').fill('vang a');
  await page.getByLabel('Vàng A Sình').check();
  await next(page);
  await next(page);
  await page.getByLabel('Ảnh', { exact: true }).setInputFiles({ name: 'a.txt', mimeType: 'image/png', buffer: Buffer.from('no picture') });
  await page.getByText('Máy không đọc được ảnh này.').waitFor();
  await page.getByLabel('Ảnh', { exact: true }).setInputFiles(PICTURE);
  await page.getByRole('img', { name: 'Ảnh đã chọn, số 1' }).waitFor();
}

const isDrawn = (page: Page, name: string) =>
  page.getByRole('img', { name }).evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth > 100));

/** What the phone keeps: its bytes as they are, and the name. */
const kept = (page: Page) =>
  page.evaluate(async () => {
    const opening = indexedDB.open('suoi-photos');
    const db = await new Promise<IDBDatabase>((done) => (opening.onsuccess = () => done(opening.result)));
    const asking = db.transaction('photos').objectStore('photos').getAll();
    const photos = await new Promise<{ digest: string; bytes: ArrayBuffer; sent?: string }[]>(
      (done) => (asking.onsuccess = () => done(asking.result)),
    );
    db.close();
    return photos.map(({ digest, bytes, sent }) => ({ digest, bytes: [...new Uint8Array(bytes)], sent }));
  });

journey('a photograph taken without signal is small, waits on the phone, goes after the words, and is seen by others', async ({ server, browser }) => {
  const { page, context, faults } = await person(browser, server.address);
  await joined(page, server.invite('Lò Thị Hoa', 'volunteer', PA_U).code, 'Máy của Hoa');
  await page.getByRole('button', { name: 'Bắt đầu' }).click();
  await context.setOffline(true);
  await recordWithPhoto(page);
  await expect.poll(async () => (await draft(page, 'record/activity')).photos?.length).toBe(1);
  await page.reload(); // the photograph is on the disk, like everything that was typed
  expect(await isDrawn(page, 'Ảnh đã chọn, số 1')).toBe(true);
  await page.getByRole('img').scrollIntoViewIfNeeded();
  await picture(page, '70-anh');
  expect(await inspect(page)).toEqual([]);
  await next(page);
  await page.getByText('1 ảnh', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Lưu trên máy' }).click();
  await page.getByText('1 ảnh chỉ có trên máy này').waitFor();
  await page.getByRole('link', { name: 'Đồng bộ' }).click();
  await page.getByRole('heading', { name: 'Ảnh chưa gửi' }).waitFor();
  await page.getByRole('heading', { name: 'Ảnh chưa gửi' }).evaluate((heading) => heading.scrollIntoView({ block: 'center' }));
  await picture(page, '71-anh-chua-gui');
  expect(await inspect(page)).toEqual([]);

  const [waiting] = await kept(page);
  const bytes = Buffer.from(waiting!.bytes);
  expect(bytes.length).toBeLessThanOrEqual(100_000);
  expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
  expect(bytes.includes('Exif')).toBe(false);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(waiting!.digest);

  server.seen = [];
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Gửi ngay' }).click();
  await sent(page);
  await page.getByText('1 ảnh chỉ có trên máy này', { exact: true }).waitFor({ state: 'detached' });
  const paths = server.seen.map(({ path }) => path);
  expect(paths.indexOf('/v1/sync')).toBeLessThan(paths.indexOf('/v1/files/'));
  expect((await kept(page))[0]!.sent).toBeDefined();
  const check = server.run('check');
  expect([check.ok, check.files, check.files_awaited]).toEqual([true, 1, 0]);

  const other = await person(browser, server.address);
  await joined(other.page, server.invite('Vàng A Páo', 'volunteer', PA_U).code, 'Máy của Páo');
  await other.page.getByRole('button', { name: 'Bắt đầu' }).click();
  await other.page.getByRole('link', { name: 'Dọn đường vào bản' }).click();
  expect(await isDrawn(other.page, 'Ảnh: Dọn đường vào bản')).toBe(true);
  await other.page.getByRole('img').scrollIntoViewIfNeeded();
  await picture(other.page, '72-anh-hoat-dong');
  expect(await inspect(other.page)).toEqual([]);
  expect([...faults, ...other.faults]).toEqual([]);
});
