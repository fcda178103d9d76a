import { expect } from 'vitest';
import { DESK, inspect, joined, person, picture } from './browser';
import { Device } from './device';
import { journey } from './stage';

const PA_U = '2025:03442';
const LAI_CHAU = '2025:12';
const DAY = 24 * 3600_000;

journey('a coordinator sees which phones are silent, takes a lost one away, and gives and ends a role', async ({ server, browser }) => {
  const hoa = server.invite('Lò Thị Hoa', 'volunteer', PA_U);
  const phone = await Device.joined(server.address, hoa.code);
  const { page, context, faults } = await person(browser, server.address, DESK);
  await joined(page, server.invite('Nguyễn Văn Thành', 'coordinator', LAI_CHAU).code, 'Máy của Thành');
  await page.clock.setFixedTime(Date.now() + 9 * DAY); // as after a week and more without a word
  await page.goto('/#/people');
  await page.getByRole('link', { name: 'Máy đang dùng' }).click();
  const card = page.locator('.cards > li').filter({ hasText: 'Lò Thị Hoa' });
  await card.getByText('9 ngày không liên lạc').waitFor();
  await picture(page, '90-may-dang-dung');
  expect(await inspect(page)).toEqual([]);
  await page.clock.setFixedTime(Date.now());
  await page.goto('/#/people');
  await page.getByLabel('Tìm theo tên').fill('lo thi hoa');
  await page.getByRole('link', { name: 'Lò Thị Hoa' }).click();
  await page.getByRole('button', { name: 'Thêm vai trò' }).click();
  await page.getByRole('button', { name: 'Giao vai trò này' }).click();
  await page.getByRole('alert').getByRole('link', { name: 'Chọn một vai trò' }).waitFor();
  await page.getByLabel('Đội trưởng').check();
  await page.getByLabel('Xã, phường').selectOption({ label: 'Xã Pa Ủ' });
  await picture(page, '91-them-vai-tro');
  expect(await inspect(page)).toEqual([]);
  await page.getByRole('button', { name: 'Giao vai trò này' }).click();
  await page.getByText('Đội trưởng, Xã Pa Ủ', { exact: true }).waitFor();
  await phone.sync();
  const roles = async () => (await phone.records('role_assignment')).filter(({ fields }) => fields['person'] === hoa.person);
  expect((await roles()).map(({ fields }) => fields['role']).sort()).toEqual(['team_leader', 'volunteer']);
  await page.getByRole('button', { name: /^Kết thúc vai trò.*Đội trưởng/ }).click();
  await page.getByRole('button', { name: 'Kết thúc từ bây giờ' }).click();
  await page.getByText('Đã kết thúc', { exact: true }).waitFor();
  await page.getByText('Đã kết thúc vai trò.').waitFor({ state: 'detached' });
  await phone.sync();
  expect((await roles()).filter(({ fields }) => !fields['ended_at']).map(({ fields }) => fields['role'])).toEqual(['volunteer']);

  await page.getByRole('button', { name: /^Thu hồi máy/ }).click();
  await page.getByRole('button', { name: 'Thu hồi máy này' }).click();
  await page.getByRole('alert').getByRole('link', { name: 'Chọn một lý do' }).waitFor();
  await page.getByLabel(/Máy bị mất/).check();
  await page.getByRole('group', { name: /Vì sao thu hồi/ }).scrollIntoViewIfNeeded();
  await picture(page, '92-thu-hoi-may');
  expect(await inspect(page)).toEqual([]);
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Thu hồi máy này' }).click();
  await page.getByRole('alert').getByText('Chưa nối được với máy chủ.').waitFor();
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Thu hồi máy này' }).click();
  await page.getByText('đã thu hồi', { exact: true }).waitFor();
  expect(await phone.client.sync()).toMatchObject({ kind: 'stopped', code: 'token_invalid' });

  await context.setOffline(true);
  await page.reload();
  await page.getByText('đã thu hồi', { exact: true }).waitFor(); // the last list stays, with its time
  await page.getByText(/^Danh sách lúc/).waitFor();
  await context.setOffline(false);
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByText('taken away', { exact: true }).waitFor();
  expect(await inspect(page)).toEqual([]);
  expect(faults).toEqual([]);
});
