import { expect } from 'vitest';
import { derivedId, newId } from '../../src/sync';
import { DESK, inspect, joined, person, picture, sent, type Page } from './browser';
import { Device } from './device';
import { journey, type Stage } from './stage';

const PA_U = '2025:03442';
const LAI_CHAU = '2025:12';
const HOUR = 3600_000;

const phone = async ({ server }: Stage, name: string) =>
  Device.joined(server.address, server.invite(name, 'volunteer', PA_U).code);

async function desk({ server, browser }: Stage) {
  const who = await person(browser, server.address, DESK);
  await joined(who.page, server.invite('Nguyễn Văn Thành', 'coordinator', LAI_CHAU).code, 'Máy bàn');
  await who.page.getByRole('button', { name: 'Bắt đầu' }).click();
  await who.page.getByRole('heading', { name: 'Việc cần làm' }).waitFor();
  return who;
}

/** Asks the server once more, until what it has worked out is here. */
async function again(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Gửi ngay' }).click();
}

journey('one clinic recorded twice becomes one, people are counted once, and the two come apart again', async (stage) => {
  const mai = stage.server.invite('Hoàng Thị Mai', 'volunteer', PA_U).person;
  const from = Date.now() - 30 * HOUR;
  const record = async (device: Device, title: string, later: number) => {
    const activity = newId(Date.now());
    const participation = await derivedId('participation', activity, mai);
    const times = { from: from + later, to: from + 4 * HOUR };
    await device.save(
      { collection: 'activity', record: activity, set: { unit: PA_U, title, held_start: times.from, held_end: times.to, status: 'held' } },
      { collection: 'participation', record: participation, set: { unit: PA_U, activity, person: mai } },
      { collection: 'attendance', record: newId(Date.now()), set: { unit: PA_U, participation, ...times, method: 'list' } },
    );
    await device.sync();
  };
  await record(await phone(stage, 'Lò Thị Hoa'), 'Khám mắt cho học sinh', 0);
  await record(await phone(stage, 'Vàng A Páo'), 'Khám mắt học sinh tiểu học', HOUR);

  const { page, faults } = await desk(stage);
  await page.getByRole('link', { name: 'Xem lại', exact: true }).click();
  await page.getByRole('link').filter({ hasText: 'Có thể là một hoạt động' }).click();
  await page.locator('tr.differs').first().waitFor();
  await page.getByRole('button', { name: 'Lưu lựa chọn' }).click();
  await page.getByRole('alert').getByRole('link', { name: 'Chọn một cách xử lý' }).waitFor();
  const shownOne = await page.locator('.choice').filter({ hasText: 'hiện bản A' }).locator('.hint').innerText();
  await page.getByLabel(/hiện bản A/).check();
  await page.getByLabel('Lý do').fill('Cùng một buổi khám');
  await page.getByRole('group', { name: 'Hai bản này là một?' }).scrollIntoViewIfNeeded();
  await picture(page, '83-gop-hai-ban');
  expect(await inspect(page)).toEqual([]);
  await page.getByRole('button', { name: 'Lưu lựa chọn' }).click();
  await page.getByText('Đã lưu. Hai bản thành một khi máy chủ nhận được.').waitFor();
  await sent(page);
  await page.goto('/#/lists/activity');
  await page.getByLabel('Tìm theo tên').fill('kham mat');
  await page.getByText('1 mục', { exact: true }).waitFor();
  await page.getByRole('link', { name: shownOne }).click();
  await page.getByText('Người tham gia (1)').waitFor();
  await page.getByText('4 giờ').first().waitFor();

  await page.getByRole('link', { name: 'Xem lại', exact: true }).click();
  await page.getByRole('link').filter({ hasText: 'Cùng một buổi khám' }).click();
  await page.getByText('Hai bản đã được gộp làm một').waitFor();
  await page.getByRole('button', { name: 'Tách ra lại' }).scrollIntoViewIfNeeded();
  await picture(page, '84-tach-ra');
  expect(await inspect(page)).toEqual([]);
  await page.getByRole('button', { name: 'Tách ra lại' }).click();
  await page.getByText('Đã lưu. Hai bản tách ra khi máy chủ nhận được.').waitFor();
  await sent(page);
  await page.goto('/#/lists/activity');
  await page.getByLabel('Tìm theo tên').fill('kham mat');
  await page.getByText('2 mục', { exact: true }).waitFor();
  expect(faults).toEqual([]);
});

journey('a person who was entered twice is joined and counted once, also without signal, and comes apart again', async (stage) => {
  for (let i = 0; i < 2; i++) stage.server.invite('Sùng Thị Dợ', 'volunteer', PA_U);
  const { page, context, faults } = await desk(stage);
  const search = async (count: string) => {
    await page.goto('/#/people');
    await page.getByLabel('Tìm theo tên').fill('sung thi do');
    await page.getByText(count, { exact: true }).waitFor();
  };
  await search('2 người');
  await page.getByRole('link', { name: 'Sùng Thị Dợ' }).first().click();
  await page.getByRole('link', { name: 'Một người bị ghi hai lần?' }).click();
  await page.getByRole('radio', { name: /^Sùng Thị Dợ/ }).check();
  await page.getByRole('button', { name: 'Gộp làm một' }).scrollIntoViewIfNeeded();
  await picture(page, '85-gop-nguoi');
  expect(await inspect(page)).toEqual([]);
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Gộp làm một' }).click();
  await page.getByText('1 mục đã lưu trên máy – chưa gửi').waitFor();
  await context.setOffline(false);
  await again(page);
  await sent(page);
  await search('1 người');
  await page.getByRole('link', { name: 'Sùng Thị Dợ' }).click();
  await page.getByRole('heading', { name: 'Đã gộp vào người này' }).waitFor();
  await picture(page, '86-nguoi-da-gop');
  expect(await inspect(page)).toEqual([]);
  await page.getByRole('button', { name: 'Tách ra lại' }).click();
  await page.getByText('Đã lưu. Hai bản tách ra khi máy chủ nhận được.').waitFor();
  await sent(page);
  await search('2 người');
  expect(faults).toEqual([]);
});
