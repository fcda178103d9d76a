import { expect } from 'vitest';
import { badgeCode } from '../../src/screens/badge_code';
import { dateText } from '../../src/shell/format';
import { inspect, joined, person, picture, sent, startBrowser, type Page } from './browser';
import { Device } from './device';
import { journey } from './stage';
import { filmOf } from './video';

const PA_U = '2025:03442';
const STRANGER = '019a0000-0000-7000-8000-00000000dead';

const next = (page: Page) => page.locator('main button[type=submit]').click();

journey('a team leader notes attendance by scanning badges, and two phones count people by tapping', async ({ server, browser }) => {
  const hoa = server.invite('Lò Thị Hoa', 'volunteer', PA_U);
  const volunteer = await person(browser, server.address);
  await joined(volunteer.page, hoa.code, 'Máy của Hoa');
  await volunteer.page.getByRole('button', { name: 'Bắt đầu' }).click();
  await volunteer.page.getByRole('link', { name: 'Chứng nhận' }).click();
  await volunteer.page.getByRole('link', { name: /Thẻ của tôi/ }).click();
  await volunteer.page.getByRole('heading', { name: 'Lò Thị Hoa' }).waitFor();
  await picture(volunteer.page, '27-the-cua-toi');
  expect(await inspect(volunteer.page)).toEqual([]);

  const camera = await startBrowser(filmOf([badgeCode(STRANGER), badgeCode(hoa.person)]));
  try {
    const leader = await person(camera, server.address);
    const { page } = leader;
    await joined(page, server.invite('Lý Gò Xá', 'team_leader', PA_U).code, 'Máy của Xá');
    await page.reload(); // the next day, at home; what reads codes comes along
    await expect.poll(() => page.evaluate(lateFiles), { timeout: 40_000 }).toBe(2);
    await leader.context.setOffline(true);
    await page.goto('/#/record/activity');
    await page.getByLabel('Hoạt động khác, ngoài kế hoạch').check();
    await page.getByLabel('Tên hoạt động').fill('Dọn đường');
    await next(page);
    await next(page);
    await page.getByLabel('Ngày', { exact: true }).fill(dateText(Date.now() - 24 * 3600_000));
    await page.getByLabel('Từ', { exact: true }).fill('8h');
    await page.getByLabel('Đến', { exact: true }).fill('11h');
    await next(page);
    await page.getByRole('button', { name: 'Quét thẻ để điểm danh' }).click();
    await page.getByText('Máy này chưa biết người trên thẻ.').waitFor();
    await page.getByText('Đã điểm danh: Lò Thị Hoa').waitFor();
    await page.getByText('Đã chọn 1 người').waitFor();
    await picture(page, '28-quet-the');
    expect(await inspect(page)).toEqual([]);
    await page.getByRole('button', { name: 'Quét xong' }).click();
    for (let i = 0; i < 3; i++) await next(page);
    await page.getByRole('button', { name: 'Lưu trên máy' }).click();
    await page.getByRole('link', { name: 'Dọn đường' }).click();
    await page.getByRole('link', { name: 'Đếm người đến' }).click();
    for (let i = 0; i < 4; i++) await page.getByRole('button', { name: 'Thêm một người' }).click();
    await page.getByRole('button', { name: 'Bớt một' }).click();
    await picture(page, '29-dem-nguoi');
    expect(await inspect(page)).toEqual([]);
    await page.getByRole('button', { name: 'Lưu số đã đếm' }).click();
    await page.getByText('Đã lưu 3 người trên máy').waitFor();
    await page.getByRole('link', { name: 'Đếm người đến (đã có 3)' }).waitFor();
    await leader.context.setOffline(false);
    await page.getByRole('button', { name: 'Gửi ngay' }).click();
    await sent(page);
    expect(leader.faults).toEqual([]);
  } finally {
    await camera.close();
  }

  const other = await Device.joined(server.address, server.invite('Vàng A Páo', 'volunteer', PA_U).code);
  const [activity] = (await other.records('activity')).filter(({ fields }) => fields['title'] === 'Dọn đường');
  await other.save({ collection: 'activity', record: activity!.id, inc: { tally: 2 } });
  await other.sync();
  const [counted] = (await other.records('activity')).filter(({ id }) => id === activity!.id);
  expect(counted!.fields['tally']).toBe(5);
  expect((await other.records('attendance')).map(({ fields }) => fields['method'])).toEqual(['qr']);
  expect(volunteer.faults).toEqual([]);
});

const lateFiles = async (): Promise<number> => (await (await caches.open('suoi-late')).keys()).length;

journey('two people share a phone, each with a store of their own, and what one left unsent still goes out', async ({ server, browser }) => {
  const { page, context, faults } = await person(browser, server.address);
  await joined(page, server.invite('Lò Thị Hoa', 'volunteer', PA_U).code, 'Máy chung');
  await context.setOffline(true);
  await page.goto('/#/record/need');
  await page.getByLabel('Đồ ấm').check();
  await next(page);
  await page.getByLabel('Thứ cần').fill('Chăn ấm');
  await page.getByLabel('Số lượng').fill('20');
  for (let i = 0; i < 3; i++) await next(page);
  await page.getByRole('button', { name: 'Lưu trên máy' }).click();
  await page.getByText('2 mục đã lưu trên máy – chưa gửi').waitFor();
  await page.getByRole('link', { name: 'Đồng bộ' }).click();
  await page.getByRole('button', { name: 'Thêm người khác' }).click();
  await page.getByRole('heading', { name: 'Tham gia' }).waitFor();
  await page.getByRole('button', { name: 'Chuyển sang Lò Thị Hoa' }).waitFor();
  expect(await inspect(page)).toEqual([]);

  await context.setOffline(false);
  await joined(page, server.invite('Vàng A Páo', 'volunteer', PA_U).code, 'Máy chung');
  await page.getByRole('button', { name: 'Bắt đầu' }).click();
  await page.locator('.who').getByText('Vàng A Páo').waitFor();
  await picture(page, '52-may-chung');
  await page.getByRole('link', { name: 'Đồng bộ' }).click();
  await page.getByRole('heading', { name: 'Nhiều người dùng chung máy này' }).scrollIntoViewIfNeeded();
  await picture(page, '53-doi-nguoi');
  expect(await inspect(page)).toEqual([]);
  await page.getByRole('button', { name: 'Gửi ngay' }).click();
  const phone = await Device.joined(server.address, server.invite('Giàng A Chu', 'volunteer', PA_U).code);
  await expect
    .poll(async () => (await phone.sync(), (await phone.records('need')).map(({ fields }) => fields['item'])), { timeout: 40_000 })
    .toContain('Chăn ấm');
  await page.getByRole('button', { name: 'Chuyển sang Lò Thị Hoa' }).click();
  await page.locator('.who').getByText('Lò Thị Hoa').waitFor();
  await sent(page);
  await page.goto('/#/sync');
  await page.getByRole('button', { name: 'Rời khỏi máy này' }).click();
  await page.getByRole('button', { name: 'Xóa và rời máy' }).click();
  await page.getByRole('heading', { name: /Hôm nay/ }).waitFor(); // the other person's store opens
  expect(await page.locator('.who').count()).toBe(0);
  expect(faults).toEqual([]);
});

journey('anybody reads what is still needed, also without signal, and takes the list along', async ({ server, browser }) => {
  const { page, context, faults } = await person(browser, server.address);
  await page.goto('/');
  await page.getByRole('link', { name: 'Xem nhu cầu đang chờ hỗ trợ' }).click();
  await page.getByText('4 nhu cầu.').waitFor();
  await page.getByLabel('Tìm theo thứ cần hoặc nơi cần').fill('ta tong');
  await page.getByText('Còn thiếu 120 cái').waitFor();
  await picture(page, '47-nhu-cau-cho-moi-nguoi');
  expect(await inspect(page)).toEqual([]);
  const file = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Bảng tính (CSV)' }).click();
  expect((await file).suggestedFilename()).toBe('open-needs.csv');
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await context.setOffline(true);
  await page.reload();
  await page.getByText('4 nhu cầu.').waitFor();
  expect(faults).toEqual([]);
});
