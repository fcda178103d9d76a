import { expect } from 'vitest';
import { DESK, inspect, joined, person, picture } from './browser';
import { journey } from './stage';

const PA_U = '2025:03442';
const LAI_CHAU = '2025:12';

journey('a coordinator invites a team leader by QR, who joins; a second coordinator is let in by four digits', async ({ server, browser }) => {
  const desk = await person(browser, server.address, DESK);
  await joined(desk.page, server.invite('Đào Thu Hà', 'province_admin', LAI_CHAU).code, 'Máy bàn');
  await desk.page.goto('/#/people');
  await desk.page.getByRole('link', { name: 'Mời người mới' }).click();
  await desk.page.getByRole('button', { name: 'Tạo mã mời' }).click();
  await desk.page.getByRole('alert').waitFor();
  await desk.page.getByLabel('Họ và tên').fill('Lý A Sử');
  await desk.page.getByLabel('Đội trưởng').check();
  await desk.page.getByLabel('Xã, phường').selectOption(PA_U);
  expect(await inspect(desk.page)).toEqual([]);
  await desk.page.getByRole('button', { name: 'Tạo mã mời' }).click();
  await desk.page.getByRole('heading', { name: 'Mã mời cho Lý A Sử' }).waitFor();
  await picture(desk.page, '48-ma-moi');
  expect(await inspect(desk.page)).toEqual([]);
  const code = await desk.page.locator('code').innerText();

  const leader = await person(browser, server.address);
  await joined(leader.page, code, 'Máy của Sử');
  await leader.page.getByRole('button', { name: 'Bắt đầu' }).click();
  await leader.page.getByRole('heading', { name: /Hôm nay/ }).waitFor();

  await desk.page.getByRole('button', { name: 'Mời người khác' }).click();
  await desk.page.getByLabel('Họ và tên').fill('Vũ Thị Hạnh');
  await desk.page.getByLabel('Điều phối viên').check();
  await desk.page.getByRole('button', { name: 'Tạo mã mời' }).click();
  await desk.page.getByText('bốn chữ số').first().waitFor();
  const second = await desk.page.locator('code').innerText();
  const colleague = await person(browser, server.address, DESK);
  await colleague.page.goto(`/#/enrol?code=${second}`);
  await colleague.page.locator('#device').fill('Máy của Hạnh');
  await colleague.page.locator('button[type=submit]').click();
  await colleague.page.getByRole('heading', { name: 'Đọc bốn chữ số này cho người mời bạn' }).waitFor();
  await picture(colleague.page, '49-bon-chu-so');
  expect(await inspect(colleague.page)).toEqual([]);
  const digits = await colleague.page.locator('.tally').innerText();
  await desk.page.getByRole('link', { name: 'Mã mời đã gửi' }).click();
  await desk.page.getByLabel('Bốn chữ số trên máy người được mời').fill(digits.trim());
  await picture(desk.page, '54-so-bon-chu-so');
  expect(await inspect(desk.page)).toEqual([]);
  await desk.page.getByRole('button', { name: 'Xác nhận', exact: true }).click();
  await colleague.page.getByRole('heading', { name: 'Sẵn sàng dùng khi mất sóng' }).waitFor();
  await colleague.page.getByRole('button', { name: 'Bắt đầu' }).click();
  await colleague.page.getByRole('heading', { name: 'Việc cần làm' }).waitFor();
  for (const { faults } of [desk, leader, colleague]) expect(faults).toEqual([]);
});
