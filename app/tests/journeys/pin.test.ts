import { expect } from 'vitest';
import { inspect, joined, person, picture, type Page } from './browser';
import { journey } from './stage';

const PA_U = '2025:03442';
const MINUTE = 60_000;

/** Goes to another app for some minutes and comes back. */
async function away(page: Page, minutes: number): Promise<void> {
  const show = (visibility: string) =>
    page.evaluate((state) => {
      Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, visibility);
  await show('hidden');
  await page.clock.setFixedTime(Date.now() + minutes * MINUTE);
  await show('visible');
}

async function type(page: Page, digits: string): Promise<void> {
  await page.getByLabel('Mã khóa', { exact: true }).fill(digits);
  await page.getByRole('button', { name: 'Mở khóa' }).click();
}

journey('a shared phone shuts its screens by a PIN, says that it is no encryption, and a new invitation opens it again', async ({ server, browser }) => {
  const hoa = server.invite('Lò Thị Hoa', 'volunteer', PA_U);
  const { page, context, faults } = await person(browser, server.address);
  await joined(page, hoa.code, 'Máy chung');
  await page.goto('/#/sync');
  await page.getByRole('button', { name: 'Đặt mã khóa' }).click();
  await page.getByLabel('Mã khóa mới').fill('12');
  await page.getByRole('button', { name: 'Lưu mã khóa' }).click();
  await page.getByRole('alert').getByRole('link', { name: 'Nhập từ 4 đến 6 chữ số' }).waitFor();
  await page.getByLabel('Mã khóa mới').fill('2468');
  await page.getByLabel('Nhập lại mã khóa').fill('2469');
  await page.getByRole('button', { name: 'Lưu mã khóa' }).click();
  await page.getByRole('alert').getByRole('link', { name: 'Hai lần nhập không giống nhau' }).waitFor();
  await page.getByLabel('Nhập lại mã khóa').fill('2468');
  await page.getByRole('heading', { name: 'Mã khóa ứng dụng' }).evaluate((heading) => heading.scrollIntoView({ block: 'center' }));
  await picture(page, '93-dat-ma-khoa');
  expect(await inspect(page)).toEqual([]);
  await page.getByRole('button', { name: 'Lưu mã khóa' }).click();
  await page.getByText('Đã đặt mã khóa.').waitFor();

  await page.reload(); // the person who has just opened it is not asked again
  await page.getByRole('heading', { name: 'Đồng bộ' }).waitFor();
  await away(page, 2);
  await page.getByRole('heading', { name: 'Đồng bộ' }).waitFor();
  await context.setOffline(true);
  await away(page, 10);
  await page.getByRole('heading', { name: 'Lò Thị Hoa: ứng dụng đang khóa' }).waitFor();
  await page.goto('/#/today');
  await page.getByRole('heading', { name: 'Lò Thị Hoa: ứng dụng đang khóa' }).waitFor();
  expect(await page.getByRole('navigation').count()).toBe(0);
  await picture(page, '94-dang-khoa');
  expect(await inspect(page)).toEqual([]);
  await type(page, '1111');
  await page.getByRole('alert').getByText('Mã khóa không đúng.').waitFor();
  expect(await inspect(page)).toEqual([]);
  await type(page, '2468');
  await page.getByRole('heading', { name: /Hôm nay/ }).waitFor();

  const other = await context.newPage(); // the next person opens the app anew
  await other.goto('/#/today');
  for (let i = 0; i < 5; i++) {
    await other.getByRole('heading', { name: 'Lò Thị Hoa: ứng dụng đang khóa' }).waitFor();
    await type(other, `111${i}`);
    await other.getByRole('alert').getByText(/Mã khóa không đúng/).waitFor();
    await other.reload();
  }
  await type(other, '2468');
  await other.getByRole('alert').getByText(/Bạn nhập sai nhiều lần. Hãy đợi \d+ giây/).waitFor();
  await context.setOffline(false);
  await other.getByRole('link', { name: 'Nhập mã mời' }).click();
  await other.getByLabel('Mã mời').fill(server.invitePerson(hoa.person).code);
  await other.getByLabel('Tên máy này').fill('Máy chung');
  await other.getByRole('button', { name: 'Tham gia' }).click();
  await other.getByRole('heading', { name: /Sẵn sàng dùng/ }).waitFor();
  await other.getByRole('button', { name: 'Bắt đầu' }).click();
  await other.getByRole('heading', { name: /Hôm nay/ }).waitFor();
  expect(faults).toEqual([]);
});
