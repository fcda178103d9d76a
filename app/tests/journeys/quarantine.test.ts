import { expect } from 'vitest';
import { newId } from '../../src/sync';
import { DESK, inspect, joined, person, picture, sent } from './browser';
import { Device } from './device';
import { journey, type Stage } from './stage';

const PA_U = '2025:03442';
const LAI_CHAU = '2025:12';

async function desk({ server, browser }: Stage, name: string) {
  const who = await person(browser, server.address, DESK);
  await joined(who.page, server.invite(name, 'coordinator', LAI_CHAU).code, `Máy của ${name}`);
  await who.page.goto('/#/quarantine');
  return who;
}

journey('what was kept aside is mended by one coordinator and accepted by another; a third change is left out with a reason', async (stage) => {
  const { server } = stage;
  const phone = await Device.joined(server.address, server.invite('Lò Thị Hoa', 'volunteer', PA_U).code);
  const need = (item: string, quantity: number) => {
    const set = { unit: PA_U, category: 'warm_clothing', item, unit_of_measure: 'piece', needed_by: '2026-12-20', priority: quantity };
    return { collection: 'need', record: newId(Date.now()), set };
  };
  await phone.save(need(`Chăn ấm ${'x'.repeat(200)}`, 1));
  await phone.save(need('Áo khoác', 99));
  await phone.sync();

  const first = await desk(stage, 'Nguyễn Văn Thành');
  const { page } = first;
  const card = page.locator('.cards > li').filter({ hasText: 'Chăn ấm' });
  await card.getByRole('link', { name: 'Sửa nội dung' }).click();
  await page.getByRole('heading', { name: 'Sửa trước khi nhận' }).waitFor();
  await page.getByRole('button', { name: 'Lưu bản sửa' }).click();
  await page.getByRole('alert').getByRole('link', { name: 'Bạn chưa sửa gì' }).waitFor();
  await page.getByLabel('Cần trước ngày').fill('31/02/2027');
  await page.getByRole('button', { name: 'Lưu bản sửa' }).click();
  await page.getByRole('alert').getByText('chưa đúng, hãy nhập lại').waitFor();
  await page.getByLabel('Cần trước ngày').fill('15/01/2027');
  await page.getByLabel('Thứ cần').fill('Chăn ấm');
  await picture(page, '87-sua-truoc-khi-nhan');
  expect(await inspect(page)).toEqual([]);
  await first.context.setOffline(true);
  await page.getByRole('button', { name: 'Lưu bản sửa' }).click();
  await page.getByText('Đã lưu bản sửa. Chờ người khác nhận.').waitFor();
  await page.getByText('Bạn đã sửa, nên một người khác phải nhận.').waitFor();
  expect(await card.getByRole('button', { name: 'Nhận thay đổi này' }).count()).toBe(0);
  await first.context.setOffline(false);
  await page.getByRole('button', { name: 'Gửi ngay' }).click();
  await sent(page);

  const second = await desk(stage, 'Vũ Thị Hạnh');
  const mended = second.page.locator('.cards > li').filter({ hasText: 'Đã sửa thành' });
  await mended.getByText('15/01/2027').waitFor();
  await picture(second.page, '88-da-sua-cho-nhan');
  expect(await inspect(second.page)).toEqual([]);
  await mended.getByRole('button', { name: 'Nhận thay đổi này' }).click();
  await second.page.getByText('Đã sửa thành').waitFor({ state: 'detached' });
  const other = second.page.locator('.cards > li').filter({ hasText: 'Áo khoác' });
  await other.getByRole('button', { name: 'Không nhận' }).click();
  await other.getByRole('button', { name: 'Không nhận' }).click();
  await other.getByText('Nhập lý do').waitFor();
  await other.getByLabel('Lý do không nhận').fill('Đã có trong một nhu cầu khác');
  await other.getByRole('button', { name: 'Không nhận' }).click();
  await second.page.getByRole('heading', { name: 'Đã để lại' }).waitFor();
  await second.page.getByText('Đã có trong một nhu cầu khác').waitFor();
  await sent(second.page);

  await phone.sync();
  const needs = await phone.records('need');
  const taken = needs.find(({ fields }) => fields['item'] === 'Chăn ấm');
  expect([taken?.fields['needed_by'], taken?.createdBy]).toEqual(['2027-01-15', await phone.person()]);
  expect(needs.some(({ fields }) => fields['item'] === 'Áo khoác')).toBe(false);
  expect(server.run('check').ok).toBe(true);
  for (const { faults } of [first, second]) expect(faults).toEqual([]);
});
