import { createHmac } from 'node:crypto';
import { expect } from 'vitest';
import { DESK, inspect, person, picture, sent, type Page } from './browser';
import { journey } from './stage';

const LAI_CHAU = '2025:12';
const STEP_MS = 30_000;

/** The code of RFC 6238 that a phone would show now. */
function codeOf(secret: string): string {
  const bits = [...secret.replace(/=+$/, '')].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / STEP_MS)));
  const mac = createHmac('sha1', key).update(step).digest();
  const number = mac.readUInt32BE(mac[19]! & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

async function typeWords(page: Page, login: string, password: string): Promise<void> {
  await page.getByLabel('Tên đăng nhập').fill(login);
  await page.getByLabel('Mật khẩu', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
}

journey('a coordinator signs in by password and code, writes after the session has ended, and signs in again', async ({ server, browser }) => {
  const { person: id } = server.invite('Nguyễn Văn Thành', 'coordinator', LAI_CHAU);
  const first = server.run('person', 'password', id, '--login', 'thanh').password as string;
  const { secret } = server.run('person', 'totp', id);
  const { page, context, faults } = await person(browser, server.address, DESK);
  await page.goto('/');
  await page.getByRole('link', { name: 'Đăng nhập bằng mật khẩu' }).click();
  await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
  await page.getByRole('alert').getByRole('link', { name: 'Nhập mật khẩu' }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.className)).toBe('summary');
  await typeWords(page, 'thanh', 'sai-mat-khau-roi');
  await page.getByRole('alert').getByText('Tên đăng nhập, mật khẩu hoặc mã không đúng.').waitFor();
  await picture(page, '80-dang-nhap');
  expect(await inspect(page)).toEqual([]);
  await page.getByLabel('Hiện mật khẩu').check();
  expect(await page.locator('#password').getAttribute('type')).toBe('text');
  await typeWords(page, 'Thanh', first);
  await page.getByRole('heading', { name: 'Nhập mã trên điện thoại' }).waitFor();
  await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
  await page.getByRole('alert').getByText('Nhập đủ 6 chữ số').waitFor();
  await picture(page, '81-ma-sau-chu-so');
  expect(await inspect(page)).toEqual([]);
  await page.getByLabel('Mã 6 chữ số').fill(codeOf(secret));
  await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click();
  await page.getByRole('heading', { name: 'Sẵn sàng dùng khi mất sóng' }).waitFor();
  await page.getByRole('button', { name: 'Bắt đầu' }).click();
  await page.getByRole('heading', { name: 'Việc cần làm' }).waitFor();

  // A new password, given because the old one was forgotten, ends the session; nothing that was written is lost.
  const second = server.run('person', 'password', id).password as string;
  server.run('person', 'totp', id, '--remove');
  await page.goto('/#/record/need');
  await page.getByLabel('Đồ ấm').check();
  await page.getByRole('button', { name: 'Tiếp tục' }).click();
  await page.getByLabel('Thứ cần').fill('Chăn ấm');
  await page.getByLabel('Số lượng').fill('5');
  await page.getByRole('button', { name: 'Tiếp tục' }).click();
  await page.getByLabel('Xã Pa Ủ').check();
  for (let i = 0; i < 2; i++) await page.getByRole('button', { name: 'Tiếp tục' }).click();
  await page.getByRole('button', { name: 'Lưu trên máy' }).click();
  await page.getByText('2 mục đã lưu trên máy – chưa gửi').waitFor();
  await page.getByRole('link', { name: 'Hết phiên làm việc.' }).click();
  await page.getByText('Phiên làm việc của bạn đã hết.').waitFor();
  await picture(page, '82-het-phien');
  expect(await inspect(page)).toEqual([]);
  await typeWords(page, 'thanh', first);
  await page.getByRole('alert').getByText('Tên đăng nhập, mật khẩu hoặc mã không đúng.').waitFor();
  await typeWords(page, 'thanh', second);
  await page.getByRole('heading', { name: 'Việc cần làm' }).waitFor();
  await sent(page);

  await page.goto('/#/sync');
  await page.getByRole('button', { name: 'Rời khỏi máy này' }).click();
  await page.getByRole('button', { name: 'Xóa và rời máy' }).click();
  await page.getByRole('heading', { name: 'Tham gia' }).waitFor();
  expect(server.seen.some(({ path }) => path === '/v1/sessions')).toBe(true);
  await context.setOffline(true);
  await page.goto('/#/sign-in');
  await typeWords(page, 'thanh', second);
  await page.getByRole('alert').getByText('Chưa nối được với máy chủ.').waitFor();
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
  await page.getByText('Cannot sign in?').waitFor();
  expect(await inspect(page)).toEqual([]);
  expect(faults).toEqual([]);
});
