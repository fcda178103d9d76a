import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { newId } from '../../src/sync';
import { inspect, joined, person, picture, sent, type Page } from './browser';
import { Device } from './device';
import { journey } from './stage';

const PA_U = '2025:03442';

async function reportNeed(page: Page, item: string): Promise<void> {
  await page.goto('/#/record/need');
  await page.getByLabel('Đồ ấm').check();
  await page.getByRole('button', { name: 'Tiếp tục' }).click();
  await page.getByLabel('Thứ cần').fill(item);
  await page.getByLabel('Số lượng').fill('5');
  for (let i = 0; i < 3; i++) await page.getByRole('button', { name: 'Tiếp tục' }).click();
  await page.getByRole('button', { name: 'Lưu trên máy' }).click();
  await page.getByRole('link', { name: item }).waitFor();
}

journey('two tabs of one phone save and sync without stepping on each other', async ({ server, browser }) => {
  const { page, context, faults } = await person(browser, server.address);
  await joined(page, server.invite('Lò Thị Hoa', 'volunteer', PA_U).code, 'Máy của Hoa');
  const second = await context.newPage();
  await context.setOffline(true);
  await reportNeed(second, 'Tất len');
  await page.bringToFront(); // a tab behind another one is not drawn
  await reportNeed(page, 'Chăn ấm');
  await page.getByText('4 mục đã lưu trên máy – chưa gửi').waitFor();
  await second.getByText('4 mục đã lưu trên máy – chưa gửi').waitFor();
  server.seen = [];
  await context.setOffline(false);
  await Promise.all([page, second].map((tab) => tab.getByRole('button', { name: 'Gửi ngay' }).click()));
  await Promise.all([page, second].map(sent));
  await page.getByRole('link', { name: 'Tất len' }).waitFor();
  const other = await Device.joined(server.address, server.invite('Vàng A Páo', 'volunteer', PA_U).code);
  const items = (await other.records('need')).map(({ fields }) => fields['item']);
  expect(items.filter((item) => item === 'Chăn ấm' || item === 'Tất len').sort()).toEqual(['Chăn ấm', 'Tất len']);
  expect(faults).toEqual([]);
});

journey('a new version waits while a form is open and changes are unsent, and loses neither', async ({ server, browser }) => {
  const newer = mkdtempSync(join(tmpdir(), 'suoi-bundle-'));
  const env = { ...process.env, SUOI_APP_VERSION: '0.2.0' };
  execFileSync('npx', ['vite', 'build', '--logLevel', 'error', '--emptyOutDir', '--outDir', newer], { env });
  try {
    const { page, context, faults } = await person(browser, server.address);
    await joined(page, server.invite('Lò Thị Hoa', 'volunteer', PA_U).code, 'Máy của Hoa');
    server.faults = Array.from({ length: 40 }, () => 'refuse');
    await reportNeed(page, 'Chăn ấm');
    await page.getByText('2 mục đã lưu trên máy – chưa gửi').waitFor();
    await page.goto('/#/record/need');
    await page.getByLabel('Đồ ấm').check();
    await page.getByRole('button', { name: 'Tiếp tục' }).click();
    await page.getByLabel('Thứ cần').fill('Giày');
    server.bundle = newer;
    server.seen = [];
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await page.getByText('Đã có bản mới.').waitFor();
    await page.getByLabel('Thứ cần').fill('Giày trẻ em');
    await picture(page, '16-cap-nhat');
    expect(await inspect(page)).toEqual([]);
    await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Cập nhật' }).click()]);
    await page.getByLabel('Thứ cần').waitFor();
    expect(await page.getByLabel('Thứ cần').inputValue()).toBe('Giày trẻ em');
    const fetched = server.seen.map(({ path }) => path).filter((path) => path.startsWith('/assets/'));
    expect(fetched.filter((path) => path.endsWith('.css'))).toEqual([]); // what did not change is not fetched again
    server.faults = [];
    await page.getByRole('link', { name: 'Đồng bộ' }).click();
    await page.getByText('Phiên bản 0.2.0').waitFor();
    await page.getByRole('button', { name: 'Gửi ngay' }).click();
    await sent(page);
    await context.setOffline(true);
    await page.reload();
    await page.getByText('Phiên bản 0.2.0').waitFor();
    expect(faults).toEqual([]);
  } finally {
    rmSync(newer, { recursive: true });
  }
});

journey('leaving a phone is blocked while something is unsent, and clears it afterwards', async ({ server, browser }) => {
  const { page, context, faults } = await person(browser, server.address);
  await joined(page, server.invite('Lò Thị Hoa', 'volunteer', PA_U).code, 'Máy của Hoa');
  await context.setOffline(true);
  await reportNeed(page, 'Chăn ấm');
  await page.getByRole('link', { name: 'Đồng bộ' }).click();
  await page.getByRole('button', { name: 'Rời khỏi máy này' }).click();
  await page.getByRole('button', { name: 'Xóa và rời máy' }).click();
  await page.getByText('Còn mục chưa gửi.').waitFor();
  await picture(page, '17-roi-may');
  expect(await inspect(page)).toEqual([]);
  const file = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Xuất ra tệp' }).click();
  expect((await file).suggestedFilename()).toMatch(/^suoi-.*\.jose$/);
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Gửi ngay' }).click();
  await sent(page);
  await page.getByRole('button', { name: 'Xóa và rời máy' }).click();
  await page.getByRole('heading', { name: 'Tham gia' }).waitFor();
  expect(faults).toEqual([]);
});

journey('a revoked phone gives what it has, and then holds nothing', async ({ server, browser }) => {
  const { page, context, faults } = await person(browser, server.address);
  await joined(page, server.invite('Lò Thị Hoa', 'volunteer', PA_U).code, 'Máy của Hoa');
  await context.setOffline(true);
  await reportNeed(page, 'Chăn ấm');
  const [device] = server.run('device', 'list').devices.filter((one: { name: string }) => one.name === 'Máy của Hoa');
  server.run('device', 'revoke', device.device ?? device.id);
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Gửi ngay' }).click();
  await page.getByText('Máy này không còn được dùng.').waitFor();
  await page.getByText('Chưa có nhu cầu nào.').waitFor();
  await picture(page, '18-thu-hoi');
  const desk = await Device.joined(server.address, server.invite('Nguyễn Văn Thành', 'coordinator', PA_U).code);
  const held = await desk.records('quarantine');
  expect(held.map(({ fields }) => fields['collection']).sort()).toEqual(['assessment', 'need']);
  expect(faults).toEqual([]);
});

journey('a phone restored from a backup goes on in a new life, and both branches are kept', async ({ server }) => {
  const { code } = server.invite('Lò Thị Hoa', 'volunteer', PA_U);
  const phone = await Device.joined(server.address, code);
  const need = (item: string) => ({
    collection: 'need',
    record: newId(Date.now()),
    set: { unit: PA_U, category: 'other', item },
  });
  await phone.save(need('Trước sao lưu'));
  const backup = await phone.client.store.snapshot();
  await phone.save(need('Mất khi khôi phục'));
  await phone.sync();
  const restored = await phone.restoredFrom(server.address, backup);
  await restored.save(need('Sau khôi phục'));
  await restored.sync();
  const items = (await restored.records('need')).map(({ fields }) => fields['item']);
  for (const item of ['Trước sao lưu', 'Mất khi khôi phục', 'Sau khôi phục']) {
    expect(items.filter((one) => one === item)).toHaveLength(1);
  }
  expect((await restored.client.store.state()).lives).toHaveLength(2);
});

journey('a restored server is given again what it lost', async ({ server }) => {
  const phone = await Device.joined(server.address, server.invite('Lò Thị Hoa', 'volunteer', PA_U).code);
  const need = (item: string) => ({
    collection: 'need',
    record: newId(Date.now()),
    set: { unit: PA_U, category: 'other', item },
  });
  await phone.save(need('Trước sao lưu'));
  await phone.sync();
  const backup = join(server.data, '..', `${newId(Date.now())}.backup`);
  server.run('backup', '--to', backup);
  await phone.save(need('Sau sao lưu'));
  await phone.sync();
  await server.restore(backup);
  rmSync(backup);
  await phone.sync();
  const other = await Device.joined(server.address, server.invite('Vàng A Páo', 'volunteer', PA_U).code);
  const items = (await other.records('need')).map(({ fields }) => fields['item']);
  for (const item of ['Trước sao lưu', 'Sau sao lưu']) expect(items.filter((one) => one === item)).toHaveLength(1);
});

journey('a full phone says so and keeps what was typed', async ({ server, browser }) => {
  const { page, faults } = await person(browser, server.address);
  await joined(page, server.invite('Lò Thị Hoa', 'volunteer', PA_U).code, 'Máy của Hoa');
  await page.addInitScript(() => {
    IDBObjectStore.prototype.add = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await page.goto('/#/record/need');
  await page.reload();
  await page.getByLabel('Đồ ấm').check();
  await page.getByRole('button', { name: 'Tiếp tục' }).click();
  await page.getByLabel('Thứ cần').fill('Chăn ấm');
  await page.getByLabel('Số lượng').fill('5');
  for (let i = 0; i < 3; i++) await page.getByRole('button', { name: 'Tiếp tục' }).click();
  await page.getByRole('button', { name: 'Lưu trên máy' }).click();
  await page.getByRole('alert').getByText('Chưa lưu được').waitFor();
  await page.getByText('Chăn ấm').waitFor();
  expect(faults).toEqual([]);
});

journey('a phone whose storage was cleared joins again and holds what had been sent', async ({ server, browser }) => {
  const { page, faults } = await person(browser, server.address);
  const invited = server.invite('Lò Thị Hoa', 'volunteer', PA_U);
  await joined(page, invited.code, 'Máy của Hoa');
  await reportNeed(page, 'Chăn ấm');
  await sent(page);
  await page.evaluate(clearStorage);
  await page.reload();
  await page.getByRole('heading', { name: 'Tham gia' }).waitFor();
  await joined(page, server.invitePerson(invited.person).code, 'Máy của Hoa');
  await page.goto('/#/needs');
  await page.getByRole('link', { name: 'Chăn ấm' }).waitFor();
  await reportNeed(page, 'Tất len');
  await sent(page);
  const other = await Device.joined(server.address, server.invite('Vàng A Páo', 'volunteer', PA_U).code);
  const items = (await other.records('need')).map(({ fields }) => fields['item']);
  expect(items.filter((item) => item === 'Chăn ấm' || item === 'Tất len').sort()).toEqual(['Chăn ấm', 'Tất len']);
  expect(faults).toEqual([]);
});

/** As a browser does that needs room, or a person who clears everything. */
async function clearStorage(): Promise<void> {
  localStorage.clear();
  for (const { name } of await indexedDB.databases()) {
    await new Promise((done) => {
      const deletion = indexedDB.deleteDatabase(name!);
      deletion.onsuccess = deletion.onerror = deletion.onblocked = done;
    });
  }
}
