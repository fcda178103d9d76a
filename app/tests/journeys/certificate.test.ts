import { expect } from 'vitest';
import { derivedId, newId } from '../../src/sync';
import { DESK, inspect, joined, person, picture, sent, type Page } from './browser';
import { Device } from './device';
import { journey, type Stage } from './stage';

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
  await page.waitForTimeout(800); // the server signs in the background
  await page.getByRole('button', { name: 'Gửi ngay' }).click();
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
  for (const { faults } of [volunteer, leader, commune, desk, anyone]) expect(faults).toEqual([]);
});
