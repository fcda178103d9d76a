import { expect } from 'vitest';
import { newId } from '../../src/sync';
import { DESK, inspect, joined, person, picture, sent } from './browser';
import { Device } from './device';
import { journey, type Stage } from './stage';

const PA_U = '2025:03442';
const LAI_CHAU = '2025:12';
const HOUR = 3600_000;

const phone = async ({ server }: Stage, name: string) =>
  Device.joined(server.address, server.invite(name, 'volunteer', PA_U).code);

/** The desk of a coordinator, after the phones have made their quarrels. */
async function desk({ server, browser }: Stage) {
  const who = await person(browser, server.address, DESK);
  await joined(who.page, server.invite('Nguyễn Văn Thành', 'coordinator', LAI_CHAU).code, 'Máy bàn');
  await who.page.getByRole('button', { name: 'Bắt đầu' }).click();
  return who;
}

journey('two phones plan different hours; the coordinator sees both and chooses with a reason', async (stage) => {
  const [one, other] = [await phone(stage, 'Lò Thị Hoa'), await phone(stage, 'Vàng A Páo')];
  const plan = (await one.records('activity')).find(({ fields }) => fields['title'] === 'Khám răng cho học sinh')!;
  const start = Number(plan.fields['planned_start']);
  const plans = { collection: 'activity', record: plan.id, base: plan.version };
  await one.save({ ...plans, set: { planned_start: start + HOUR } });
  await other.save({ ...plans, set: { planned_start: start + 2 * HOUR, planned_end: start + 6 * HOUR } });
  await one.save({ ...plans, set: { planned_end: start + 5 * HOUR } });
  await one.sync();
  await other.sync();

  const { page, faults } = await desk(stage);
  await page.locator('.queues a').first().getByText('2').waitFor();
  await page.locator('.queues a').first().click();
  await page.locator('.rows a').nth(1).waitFor();
  await picture(page, '32-can-xem-lai');
  expect(await inspect(page)).toEqual([]);
  await page.locator('.rows a').first().click();
  await page.locator('table').nth(1).waitFor();
  await page.getByRole('button', { name: 'Lưu lựa chọn' }).click();
  await page.getByRole('alert').waitFor();
  await page.locator('fieldset').nth(0).locator('input').nth(0).check();
  await page.locator('fieldset').nth(1).locator('input').nth(1).check();
  await page.getByLabel('Lý do').fill('Đã gọi hỏi nhà trường');
  await page.getByRole('heading', { name: 'Khám răng' }).scrollIntoViewIfNeeded();
  await picture(page, '33-hai-ban');
  expect(await inspect(page)).toEqual([]);
  await page.getByRole('button', { name: 'Lưu lựa chọn' }).click();
  await page.getByText('Không có việc nào cần xem lại.').waitFor();
  await sent(page);
  await one.sync();
  await other.sync();
  const times = async (device: Device) =>
    (await device.records('activity')).find(({ id }) => id === plan.id)!.fields['planned_start'];
  expect(await times(one)).toBe(await times(other));
  expect(faults).toEqual([]);
});

journey('one clinic recorded twice is shown side by side, and a change of somebody without the role is kept aside', async (stage) => {
  const [one, other] = [await phone(stage, 'Lò Thị Hoa'), await phone(stage, 'Vàng A Páo')];
  const from = Date.now() - 30 * HOUR;
  const clinic = (title: string, later: number) => ({
    collection: 'activity',
    record: newId(Date.now()),
    set: { unit: PA_U, title, held_start: from + later, held_end: from + 4 * HOUR, status: 'held' },
  });
  await one.save(clinic('Khám mắt cho học sinh', 0));
  await other.save(clinic('Khám mắt học sinh tiểu học', HOUR));
  const far = { collection: 'place', record: newId(Date.now()), set: { unit: '2025:03463', name: 'Điểm trường Tà Tổng' } };
  await other.save(far);
  await one.sync();
  await other.sync();

  const { page, faults } = await desk(stage);
  await page.getByRole('link', { name: 'Để riêng', exact: true }).last().click();
  await page.getByText('Bạn không phụ trách địa bàn này').waitFor();
  await picture(page, '34-de-rieng');
  expect(await inspect(page)).toEqual([]);
  await page.getByRole('button', { name: 'Nhận thay đổi này' }).click();
  await page.getByText('Không có thay đổi nào bị để riêng.').waitFor();
  await sent(page);
  await page.getByRole('link', { name: 'Xem lại', exact: true }).click();
  await page.locator('.rows a').first().click();
  await page.locator('tr.differs').first().waitFor();
  await page.getByLabel('Lý do').fill('Hai buổi khác nhau');
  await picture(page, '35-hai-hoat-dong');
  expect(await inspect(page)).toEqual([]);
  await page.getByRole('button', { name: 'Giữ cả hai' }).click();
  await page.getByText('Không có việc nào cần xem lại.').waitFor();
  await sent(page);
  await page.getByRole('link', { name: 'Danh sách' }).click();
  await page.getByRole('link', { name: 'Nhu cầu' }).click();
  await page.getByLabel('Tìm theo tên').fill('ao am');
  await page.getByText('1 mục', { exact: true }).waitFor();
  await page.getByRole('cell', { name: 'Xã Tà Tổng' }).waitFor();
  await picture(page, '37-danh-sach');
  expect(await inspect(page)).toEqual([]);
  const file = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Tải về (CSV)' }).click();
  expect((await file).suggestedFilename()).toMatch(/^need-.*\.csv$/);
  await page.getByRole('link', { name: 'Xem lại', exact: true }).click();
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByText('Nothing needs a look.').waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
  await picture(page, '36-english');
  expect(await inspect(page)).toEqual([]);
  expect(faults).toEqual([]);
});
