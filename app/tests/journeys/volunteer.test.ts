import { expect } from 'vitest';
import { dateText } from '../../src/shell/format';
import { draft, inspect, joined, person, picture, sent, type Page } from './browser';
import { journey } from './stage';

const PA_U = '2025:03442';

const yesterday = () => dateText(Date.now() - 24 * 3600_000);

async function next(page: Page): Promise<void> {
  await page.locator('main button[type=submit]').click();
}

/** Fills the form of an activity up to its last screen. */
async function recordClinic(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Ghi nhận', exact: true }).click();
  await page.getByRole('link', { name: /^Hoạt động/ }).click();
  await page.getByLabel('Hoạt động khác, ngoài kế hoạch').check();
  await page.getByLabel('Tên hoạt động').fill('Khám mắt cho học sinh');
  await next(page);
  await page.getByLabel('Trường tiểu học Pa Ủ').check();
  await next(page);
  await page.getByLabel('Ngày', { exact: true }).fill(yesterday());
  await page.getByLabel('Từ', { exact: true }).fill('8h');
  await page.getByLabel('Đến', { exact: true }).fill('11:30');
  await next(page);
  await page.getByLabel('Tìm theo tên').fill('vang a');
  await page.getByLabel('Vàng A Sình').check();
  await page.getByLabel('Tìm theo tên').fill('lo thi');
  await page.getByLabel('Lò Thị Mai').check();
}

async function finishClinic(page: Page): Promise<void> {
  await next(page);
  await page.getByLabel('6–10 tuổi').fill('1.031');
  await page.getByLabel('Khám chữa bệnh').check();
  await page.getByLabel('Đếm tại chỗ').check();
  await next(page);
  await page.getByLabel('Diễn biến').fill('Khám tại lớp 3A.');
  await next(page);
}

journey('a volunteer joins, records without signal, and it arrives once although an answer is lost', async ({ server, browser }) => {
  const { page, context, faults } = await person(browser, server.address);
  const mai = server.invite('Lò Thị Hoa', 'volunteer', PA_U);
  await page.goto('/');
  await page.getByRole('heading', { name: 'Tham gia' }).waitFor();
  expect(await inspect(page)).toEqual([]);
  await page.locator('button[type=submit]').click();
  await page.getByRole('alert').waitFor();
  expect(await page.evaluate(() => document.activeElement?.className)).toBe('summary');
  expect(await inspect(page)).toEqual([]);
  await picture(page, '01-tham-gia-loi');
  await page.getByLabel('Mã mời').fill(mai.code.toLowerCase());
  await page.getByLabel('Tên máy này').fill('Máy của Hoa');
  await page.locator('button[type=submit]').click();
  await page.getByRole('heading', { name: 'Sẵn sàng dùng khi mất sóng' }).waitFor();
  await picture(page, '02-san-sang');
  expect(await inspect(page)).toEqual([]);
  await page.getByRole('button', { name: 'Bắt đầu' }).click();
  await page.getByRole('heading', { name: /Hôm nay/ }).waitFor();
  await picture(page, '03-hom-nay');
  expect(await inspect(page)).toEqual([]);

  await context.setOffline(true);
  await page.reload();
  await page.getByRole('heading', { name: /Hôm nay/ }).waitFor();
  await page.getByText('Mất sóng. Bạn vẫn ghi được bình thường.').waitFor();
  await recordClinic(page);
  await picture(page, '04-ai-tham-gia');
  expect(await inspect(page)).toEqual([]);
  await expect.poll(async () => Object.keys((await draft(page, 'record/activity')).people).length).toBe(2);
  await page.reload(); // what was typed survives
  await page.getByText('Đã chọn 2 người').waitFor();
  await finishClinic(page);
  await page.getByRole('heading', { name: 'Xem lại trước khi lưu' }).waitFor();
  await picture(page, '05-xem-lai');
  expect(await inspect(page)).toEqual([]);
  await page.getByRole('button', { name: 'Lưu trên máy' }).click();
  await page.getByText('Đã lưu hoạt động trên máy.').waitFor();
  await page.getByText(/6 mục đã lưu trên máy – chưa gửi/).waitFor();
  await picture(page, '06-da-luu');
  await page.getByRole('link', { name: 'Đồng bộ' }).click();
  await page.getByText('Chỉ có trên máy này').waitFor();
  await picture(page, '07-dong-bo-chua-gui');
  expect(await inspect(page)).toEqual([]);

  server.faults = ['lose_answer'];
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Gửi ngay' }).click();
  await expect.poll(() => server.faults, { timeout: 20_000 }).toEqual([]); // the answer is lost
  await page.getByRole('button', { name: 'Gửi ngay' }).click();
  await sent(page);
  await page.getByText('Chưa có gì phải gửi').waitFor();
  await picture(page, '08-dong-bo-da-nhan');
  expect(server.run('check').ok).toBe(true);
  await page.getByRole('link', { name: 'Hôm nay' }).click();
  await page.getByRole('link', { name: 'Khám mắt cho học sinh' }).click();
  await page.getByText('6–10 tuổi: 1.031').waitFor();
  await page.getByText('1.031 trẻ').waitFor();
  await picture(page, '09-hoat-dong');
  expect(await inspect(page)).toEqual([]);
  expect(faults).toEqual([]);
});

/** Moves the planned clinic to other hours, without signal. */
async function movePlan(page: Page, from: string, to: string): Promise<void> {
  await page.getByRole('link', { name: 'Khám răng cho học sinh' }).click();
  await page.getByRole('link', { name: 'Sửa kế hoạch' }).click();
  await next(page);
  await next(page);
  await page.getByLabel('Từ', { exact: true }).fill(from);
  await page.getByLabel('Đến', { exact: true }).fill(to);
  await next(page);
  await page.getByRole('button', { name: 'Lưu trên máy' }).click();
  await page.getByText('Đã lưu kế hoạch trên máy.').waitFor();
}

journey('a plan is announced, changed on two phones without signal, and the later author learns that there are two versions', async ({ server, browser }) => {
  const [one, other] = [await person(browser, server.address), await person(browser, server.address)];
  for (const [{ page }, name] of [[one, 'Lò Thị Hoa'], [other, 'Vàng A Páo']] as const) {
    await joined(page, server.invite(name, 'volunteer', PA_U).code, `Máy của ${name}`);
    await page.getByRole('button', { name: 'Bắt đầu' }).click();
  }
  const { page } = one;
  await page.getByRole('link', { name: 'Ghi nhận', exact: true }).click();
  await page.getByRole('link', { name: 'Kế hoạch' }).click();
  await page.getByLabel('Tên hoạt động').fill('Trao áo ấm');
  await next(page);
  await next(page);
  await page.getByLabel('Ngày', { exact: true }).fill('31/02/2027');
  await next(page);
  await page.getByRole('alert').getByRole('link', { name: /Nhập ngày/ }).waitFor();
  await page.getByLabel('Ngày', { exact: true }).fill(dateText(Date.now() + 5 * 24 * 3600_000));
  await page.getByLabel('Từ', { exact: true }).fill('7h30');
  await page.getByLabel('Đến', { exact: true }).fill('11');
  expect(await inspect(page)).toEqual([]);
  await next(page);
  await page.getByRole('button', { name: 'Lưu trên máy' }).click();
  await page.getByText('07:30–11:00').waitFor();
  await sent(page);

  for (const { context } of [one, other]) await context.setOffline(true);
  await movePlan(page, '8h', '11h');
  await movePlan(other.page, '13h30', '16h');
  await one.context.setOffline(false);
  await page.getByRole('button', { name: 'Gửi ngay' }).click();
  await sent(page);
  await other.context.setOffline(false);
  await other.page.getByRole('button', { name: 'Gửi ngay' }).click();
  await sent(other.page);
  await other.page.getByRole('link', { name: 'Đồng bộ' }).click();
  await other.page.getByText('Cần xem lại: có 2 bản khác nhau').waitFor();
  await picture(other.page, '60-hai-ban-tren-may');
  expect(await inspect(other.page)).toEqual([]);

  await page.getByRole('link', { name: 'Trao áo ấm' }).click();
  await page.getByRole('button', { name: 'Hủy hoạt động' }).click();
  await page.getByRole('button', { name: 'Hủy hoạt động này' }).click();
  await page.getByText('Đã hủy').waitFor();
  await picture(page, '61-huy-hoat-dong');
  expect(await inspect(page)).toEqual([]);
  await sent(page);
  expect([...one.faults, ...other.faults]).toEqual([]);
});
