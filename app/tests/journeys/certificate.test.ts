import { expect, vi } from 'vitest';
import { derivedId, newId } from '../../src/sync';
import { DESK, inspect, joined, person, picture, sent, startBrowser, type Page } from './browser';
import { Device } from './device';
import { journey, type Stage } from './stage';
import { filmOf } from './video';

const PA_U = '2025:03442';
const LAI_CHAU = '2025:12';
const HOUR = 3600_000;

async function confirmMai(page: Page, act: string, name: string): Promise<void> {
  const row = page.locator('.choice').filter({ hasText: 'Hoàng Thị Mai' });
  await row.locator('input').check();
  await picture(page, name);
  expect(await inspect(page)).toEqual([]);
  await page.getByRole('button', { name: act, exact: true }).click();
  await page.getByText('Không có ai đang chờ.').waitFor();
  await sent(page);
}

async function phoneOf({ server, browser }: Stage, name: string, role: string, unit: string, size?: typeof DESK) {
  const who = await person(browser, server.address, size);
  await joined(who.page, server.invite(name, role, unit).code, `Máy của ${name}`);
  await who.page.getByRole('button', { name: 'Bắt đầu' }).click();
  return who;
}

journey('three people confirm, and the holder shows a certificate without signal that anybody can check', async (stage) => {
  const { server, browser } = stage;
  const invited = server.invite('Hoàng Thị Mai', 'volunteer', PA_U);
  const volunteer = await person(browser, server.address);
  await joined(volunteer.page, invited.code, 'Máy của Mai');

  const recorder = await Device.joined(server.address, server.invite('Vàng A Páo', 'volunteer', PA_U).code);
  const plan = (await recorder.records('activity')).find(({ fields }) => fields['title'] === 'Khám răng cho học sinh')!;
  const participation = await derivedId('participation', plan.id, invited.person);
  const from = Date.now() - 30 * HOUR;
  const facts = { unit: PA_U, activity: plan.id, person: invited.person };
  const held = { held_start: from, held_end: from + 4 * HOUR, status: 'held' };
  await recorder.save(
    { collection: 'activity', record: plan.id, set: held },
    { collection: 'participation', record: participation, set: facts },
    {
      collection: 'attendance',
      record: newId(Date.now()),
      set: { unit: PA_U, participation, from, to: from + 4 * HOUR, method: 'list' },
    },
  );
  await recorder.sync();

  const leader = await phoneOf(stage, 'Lý Gò Xá', 'team_leader', PA_U);
  await leader.page.getByRole('link', { name: '1 người chờ bạn xác nhận' }).click();
  await confirmMai(leader.page, 'Xác nhận', '10-doi-truong-xac-nhan');

  const commune = await phoneOf(stage, 'Phùng Thị Lan', 'commune_leader', PA_U);
  await commune.page.getByRole('link', { name: 'Xác nhận', exact: true }).click();
  await confirmMai(commune.page, 'Xác nhận', '20-xa-xac-nhan');

  const desk = await phoneOf(stage, 'Nguyễn Văn Thành', 'coordinator', LAI_CHAU, DESK);
  await desk.page.getByRole('heading', { name: 'Việc cần làm' }).waitFor();
  await picture(desk.page, '30-viec-can-lam');
  expect(await inspect(desk.page)).toEqual([]);
  await desk.page.getByRole('link', { name: 'Duyệt', exact: true }).click();
  await confirmMai(desk.page, 'Duyệt', '31-duyet');

  const { page } = volunteer;
  await page.getByRole('button', { name: 'Bắt đầu' }).click();
  await page.getByRole('link', { name: 'Chứng nhận', exact: true }).click();
  const asked = async () => {
    await page.getByRole('button', { name: 'Gửi ngay' }).click();
    await page.getByRole('link', { name: 'Khám răng cho học sinh' }).waitFor({ timeout: 1_000 });
  };
  await vi.waitFor(asked, { timeout: 30_000 }); // the server signs in the background
  await page.getByText('4 giờ').first().waitFor();
  await picture(page, '11-gio-va-chung-nhan');
  expect(await inspect(page)).toEqual([]);
  await volunteer.context.setOffline(true);
  await page.reload();
  await page.getByRole('link', { name: 'Khám răng cho học sinh' }).click();
  await page.locator('.qr img').waitFor();
  await picture(page, '12-giay-chung-nhan');
  expect(await inspect(page)).toEqual([]);
  const number = await page.locator('dt:text-is("Số hiệu") + dd').innerText();
  const code = await page.locator('dt:text-is("Mã kiểm tra") + dd').innerText();

  const printed = await page.locator('.qr img').screenshot();
  const qr = (await volunteer.page.evaluate(qrText))!;

  const anyone = await person(browser, server.address);
  await anyone.page.goto('/#/verify');
  await anyone.page.getByLabel('Số hiệu').fill(number);
  await anyone.page.getByLabel('Mã kiểm tra').fill('AAAAAA');
  await anyone.page.getByRole('button', { name: 'Kiểm tra' }).click();
  await anyone.page.getByRole('alert').waitFor();
  await anyone.page.getByLabel('Mã kiểm tra').fill(code.toLowerCase());
  expect(await inspect(anyone.page)).toEqual([]);
  await anyone.page.getByRole('button', { name: 'Kiểm tra' }).click();
  await anyone.page.getByRole('heading', { name: 'Giấy này có hiệu lực' }).waitFor();
  await picture(anyone.page, '40-kiem-tra');
  expect(await inspect(anyone.page)).toEqual([]);
  await checkByPicture(anyone, printed);
  const filmed = await checkByCamera(server.address, qr);
  server.run('certificate', 'revoke', number, '--reason', 'Cấp nhầm người');
  await checkByLists(anyone, printed);
  for (const { faults } of [volunteer, leader, commune, desk, anyone, filmed]) expect(faults).toEqual([]);
});

/** From the phone's store: what the picture says. */
async function qrText(): Promise<string | undefined> {
  const db = await new Promise<IDBDatabase>((done) => {
    const opening = indexedDB.open('suoi');
    opening.onsuccess = () => done(opening.result);
  });
  const records = db.transaction('records').objectStore('records');
  const all = await new Promise<{ fields: { qr?: string } }[]>((done) => {
    records.getAll().onsuccess = (event) => done((event.target as IDBRequest).result);
  });
  db.close();
  return all.find(({ fields }) => fields.qr)?.fields.qr;
}

type Person = Awaited<ReturnType<typeof person>>;

const lateFiles = async (): Promise<number> => (await (await caches.open('suoi-late')).keys()).length;

/** A picture of the code is enough, with signal and without. */
async function checkByPicture({ page, context }: Person, printed: Buffer): Promise<void> {
  const file = { name: 'giay.png', mimeType: 'image/png', buffer: printed };
  await page.getByRole('button', { name: 'Kiểm tra giấy khác' }).click();
  await page.getByLabel('Chọn ảnh có mã QR').setInputFiles(file);
  await page.getByRole('heading', { name: 'Giấy này có hiệu lực' }).waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload(); // now the worker keeps what reads the code, too
  await page.getByLabel('Chọn ảnh có mã QR').setInputFiles(file);
  await page.getByRole('heading', { name: 'Giấy này có hiệu lực' }).waitFor();
  await expect.poll(() => page.evaluate(lateFiles)).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Kiểm tra giấy khác' }).click();
  await page.getByText('Danh sách giấy đã thu hồi trên máy này').waitFor();
  await context.setOffline(true);
  await page.reload();
  await page.getByText('Quét được cả khi mất sóng.').waitFor();
  await page.getByLabel('Chọn ảnh có mã QR').setInputFiles(file);
  await page.getByRole('heading', { name: 'Giấy này có hiệu lực', exact: true }).waitFor();
  await page.getByText(/Tình trạng theo danh sách của máy chủ lúc .* \(trong ngày\)/).waitFor();
  await page.getByText('Người đưa giấy có đúng là Hoàng Thị Mai không?').waitFor();
  await picture(page, '44-kiem-tra-mat-song');
  expect(await inspect(page)).toEqual([]);
  const other = { ...file, buffer: await page.screenshot() };
  await page.getByRole('button', { name: 'Kiểm tra giấy khác' }).click();
  await page.getByLabel('Chọn ảnh có mã QR').setInputFiles(other);
  await page.getByRole('alert').getByText('Không thấy mã QR trong ảnh.').waitFor();
  expect(await inspect(page)).toEqual([]);
  await page.evaluate(() => localStorage.removeItem('status_lists')); // as on a phone that never had them
  await page.getByLabel('Chọn ảnh có mã QR').setInputFiles(file);
  await page.getByRole('heading', { name: 'Giấy thật, chưa hỏi được máy chủ' }).waitFor();
  expect(await inspect(page)).toEqual([]);
}

/** The lists that a phone took home say that a certificate was withdrawn, and how old they are. */
async function checkByLists({ page, context }: Person, printed: Buffer): Promise<void> {
  const file = { name: 'giay.png', mimeType: 'image/png', buffer: printed };
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Kiểm tra giấy khác' }).click();
  await page.getByLabel('Chọn ảnh có mã QR').setInputFiles(file);
  await page.getByRole('heading', { name: 'Giấy này đã bị thu hồi' }).waitFor();
  await page.getByRole('button', { name: 'Kiểm tra giấy khác' }).click();
  await page.getByText('Danh sách giấy đã thu hồi trên máy này').waitFor();
  await context.setOffline(true);
  await page.clock.setFixedTime(Date.now() + 3 * 24 * HOUR);
  await page.getByLabel('Chọn ảnh có mã QR').setInputFiles(file);
  await page.getByText(/Tình trạng theo danh sách của máy chủ lúc .* \(3 ngày trước\)/).waitFor();
  await page.getByRole('heading', { name: 'Giấy này đã bị thu hồi' }).waitFor();
  await picture(page, '89-thu-hoi-theo-danh-sach');
  expect(await inspect(page)).toEqual([]);
}

/** First a code of something else, then the right one. */
async function checkByCamera(address: string, qr: string): Promise<Person> {
  const browser = await startBrowser(filmOf(['https://example.org/khac', qr]));
  try {
    const who = await person(browser, address);
    const { page } = who;
    await page.goto('/#/verify');
    await page.getByText('Quét được cả khi mất sóng.').waitFor();
    await picture(page, '45-kiem-tra-cach-nao');
    expect(await inspect(page)).toEqual([]);
    await page.getByRole('button', { name: 'Quét mã QR trên giấy' }).click();
    await page.getByRole('alert').getByText('Đây không phải mã của giấy chứng nhận.').waitFor();
    await picture(page, '46-quet');
    await page.getByRole('heading', { name: 'Giấy này có hiệu lực' }).waitFor();
    return who;
  } finally {
    await browser.close();
  }
}
