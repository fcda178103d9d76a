import { readFileSync } from 'node:fs';
import { strFromU8, unzipSync } from 'fflate';
import { expect } from 'vitest';
import { derivedId, newId } from '../../src/sync';
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
  await page.locator('.queues a').first().getByText('1').waitFor();
  await page.locator('.queues a').first().click();
  await page.getByText('Hai người ghi khác nhau: Dự kiến').waitFor();
  await picture(page, '32-can-xem-lai');
  expect(await inspect(page)).toEqual([]);
  await page.locator('.rows a').first().click();
  await page.locator('table').nth(1).waitFor();
  await page.getByRole('button', { name: 'Lưu lựa chọn' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByRole('button', { name: 'Lấy tất cả của Lò Thị Hoa' }).click();
  expect(await page.locator('fieldset input:checked').count()).toBe(2);
  const ends = page.getByRole('group', { name: 'Dự kiến kết thúc' }).locator('input');
  await ends.nth(await ends.nth(0).isChecked() ? 1 : 0).check(); // the start of one, the end of the other
  await page.getByLabel('Lý do').fill('Đã gọi hỏi nhà trường');
  await page.getByRole('heading', { name: 'Khám răng' }).scrollIntoViewIfNeeded();
  await picture(page, '33-hai-ban');
  expect(await inspect(page)).toEqual([]);
  await page.getByRole('button', { name: 'Lưu lựa chọn' }).click();
  await page.getByText('Không có việc nào cần xem lại.').waitFor();
  await sent(page);
  await one.sync();
  await other.sync();
  const times = async (device: Device) => {
    const { fields } = (await device.records('activity')).find(({ id }) => id === plan.id)!;
    return [fields['planned_start'], fields['planned_end']];
  };
  expect(await times(one)).toEqual([start + HOUR, start + 6 * HOUR]);
  expect(await times(other)).toEqual(await times(one));

  // What was not taken is still there, and comes back with a reason.
  await page.getByRole('heading', { name: 'Đã xử lý' }).waitFor();
  await page.getByRole('link', { name: 'Khám răng cho học sinh' }).filter({ hasText: 'Dự kiến bắt đầu' }).click();
  await page.getByText('Lý do: Đã gọi hỏi nhà trường').waitFor();
  await page.getByRole('group', { name: 'Lấy lại bản nào?' }).locator('input').check();
  await page.getByLabel('Lý do').fill('Nhà trường báo lại');
  await picture(page, '38-lay-lai');
  expect(await inspect(page)).toEqual([]);
  await page.getByRole('button', { name: 'Lấy lại bản này' }).click();
  await page.getByText('Đã lấy lại.').waitFor();
  await sent(page);
  await one.sync();
  expect((await times(one))[0]).toBe(start + 2 * HOUR);
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
  await page.getByLabel('Không phải một – giữ cả hai').check();
  await page.getByLabel('Lý do').fill('Hai buổi khác nhau');
  await picture(page, '35-hai-hoat-dong');
  expect(await inspect(page)).toEqual([]);
  await page.getByRole('button', { name: 'Lưu lựa chọn' }).click();
  await page.getByText('Không có việc nào cần xem lại.').waitFor();
  await sent(page);
  await page.getByRole('link', { name: 'Danh sách' }).click();
  await page.getByRole('link', { name: 'Nhu cầu', exact: true }).click();
  await page.getByLabel('Xã, phường').selectOption({ label: 'Xã Tà Tổng' });
  await page.getByLabel('Tìm theo tên').fill('ao am');
  await page.getByText('1 mục', { exact: true }).waitFor();
  await page.getByRole('cell', { name: 'Xã Tà Tổng' }).waitFor();
  await picture(page, '37-danh-sach');
  expect(await inspect(page)).toEqual([]);
  const file = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Tải về (CSV)' }).click();
  expect((await file).suggestedFilename()).toMatch(/^need-.*\.csv$/);
  const excel = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Tải về (Excel)' }).click();
  expect((await excel).suggestedFilename()).toMatch(/^need-.*\.xlsx$/);
  const parts = unzipSync(readFileSync(await (await excel).path()));
  expect(strFromU8(parts['xl/sharedStrings.xml']!)).toContain('Xã Tà Tổng');
  expect(strFromU8(parts['xl/worksheets/sheet1.xml']!)).toMatch(/<c [^>]*>\s*<v>120<\/v>/); // a number that can be added up
  await page.getByRole('link', { name: 'Xem lại', exact: true }).click();
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByText('Nothing needs a look.').waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
  await picture(page, '36-english');
  expect(await inspect(page)).toEqual([]);
  expect(faults).toEqual([]);
});

journey('a page of approvals is looked at as a whole, with what is unusual, before one decision', async (stage) => {
  const recorder = await phone(stage, 'Vàng A Páo');
  const plan = (await recorder.records('activity')).find(({ fields }) => fields['title'] === 'Khám răng cho học sinh')!;
  const from = Date.now() - 40 * HOUR;
  const took = async (name: string, hours: number) => {
    const { person: id } = stage.server.invite(name, 'volunteer', PA_U);
    const participation = await derivedId('participation', plan.id, id);
    const times = { unit: PA_U, participation, from, to: from + hours * HOUR, method: 'list' };
    await recorder.save(
      { collection: 'participation', record: participation, set: { unit: PA_U, activity: plan.id, person: id } },
      { collection: 'attendance', record: newId(Date.now()), set: times },
    );
  };
  await recorder.save({ collection: 'activity', record: plan.id, set: { held_start: from, held_end: from + 4 * HOUR, status: 'held' } });
  for (const name of ['Hoàng Thị Mai', 'Giàng A Chu', 'Lò Văn Tới']) await took(name, 4);
  await took('Sùng Thị Dợ', 13);
  await recorder.sync();

  const { page, faults } = await desk(stage);
  await page.getByRole('link', { name: 'Duyệt', exact: true }).click();
  await page.getByText('4 lượt tham gia đang chờ, tổng cộng 25 giờ; 1 lượt có cảnh báo.').waitFor();
  await page.getByLabel('Chỉ hiện lượt có cảnh báo').check();
  await page.getByRole('checkbox', { name: /Sùng Thị Dợ/ }).check();
  await page.getByLabel('Chỉ hiện lượt có cảnh báo').uncheck();
  await page.getByRole('button', { name: 'Chọn 3 người không có cảnh báo' }).click();
  await page.getByRole('checkbox', { name: /Sùng Thị Dợ/ }).check();
  expect(await inspect(page)).toEqual([]);
  await page.getByRole('button', { name: 'Duyệt', exact: true }).click();
  await page.getByRole('heading', { name: 'Điểm bất thường (1)' }).waitFor();
  await page.getByText('13 giờ – Sùng Thị Dợ').waitFor();
  await picture(page, '39-duyet-ca-trang');
  expect(await inspect(page)).toEqual([]);
  await page.getByRole('button', { name: 'Quay lại' }).click();
  await page.getByRole('checkbox', { name: /Sùng Thị Dợ/ }).uncheck();
  await page.getByRole('button', { name: 'Duyệt', exact: true }).click();
  await page.getByText('Không ai quá 12 giờ một ngày').waitFor();
  await page.getByRole('button', { name: 'Duyệt 3 lượt' }).click();
  await page.getByText('1 lượt tham gia đang chờ').waitFor();
  await sent(page);

  await page.getByRole('link', { name: 'Việc cần làm' }).click();
  await page.getByRole('link', { name: 'Người và vai trò' }).click();
  await page.getByLabel('Vai trò').selectOption({ label: 'Đội trưởng' });
  await page.getByText('1 người', { exact: true }).waitFor();
  await page.getByLabel('Vai trò').selectOption({ label: 'Tất cả' });
  await picture(page, '42-nguoi-va-vai-tro');
  expect(await inspect(page)).toEqual([]);
  await page.getByRole('link', { name: 'Hoàng Thị Mai' }).click();
  await page.getByText('1 lượt, 4 giờ').waitFor();
  await page.getByText('Tình nguyện viên, Xã Pa Ủ', { exact: true }).waitFor();
  expect(await inspect(page)).toEqual([]);

  await page.goto('/#/map');
  await page.getByRole('img', { name: /4 nơi/ }).waitFor();
  await page.getByRole('row', { name: /Xã Tà Tổng/ }).getByText('gấp').waitFor();
  await picture(page, '43-ban-do-tinh');
  expect(await inspect(page)).toEqual([]);
  expect(faults).toEqual([]);
});
