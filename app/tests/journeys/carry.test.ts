import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { inspect, joined, person, picture, sent } from './browser';
import { Device } from './device';
import { journey } from './stage';

const PA_U = '2025:03442';

journey('a phone that never gets a signal sends its work by a colleague, and learns that it arrived', async ({ server, browser }) => {
  const [far, carrier] = [await person(browser, server.address), await person(browser, server.address)];
  await joined(far.page, server.invite('Lò Thị Hoa', 'volunteer', PA_U).code, 'Máy của Hoa');
  await joined(carrier.page, server.invite('Vàng A Páo', 'volunteer', PA_U).code, 'Máy của Páo');
  await far.context.setOffline(true);
  await far.page.goto('/#/record/need');
  await far.page.getByLabel('Đồ ấm').check();
  await far.page.getByRole('button', { name: 'Tiếp tục' }).click();
  await far.page.getByLabel('Thứ cần').fill('Chăn ấm');
  await far.page.getByLabel('Số lượng').fill('20');
  for (let i = 0; i < 3; i++) await far.page.getByRole('button', { name: 'Tiếp tục' }).click();
  await far.page.getByRole('button', { name: 'Lưu trên máy' }).click();
  await far.page.getByRole('link', { name: 'Đồng bộ' }).click();
  const exported = far.page.waitForEvent('download');
  await far.page.getByRole('button', { name: 'Xuất ra tệp' }).click();
  const bundle = await (await exported).path();

  await carrier.context.setOffline(true);
  await carrier.page.goto('/#/sync');
  await carrier.page.getByLabel('Nhận một tệp').setInputFiles({ name: 'x.jose', mimeType: 'text/plain', buffer: Buffer.from('x') });
  await carrier.page.getByText('Không đọc được tệp này.').waitFor();
  await carrier.page.getByLabel('Nhận một tệp').setInputFiles(bundle);
  await carrier.page.getByText('Chờ có sóng để gửi').waitFor();
  await carrier.page.getByRole('heading', { name: 'Mang tệp giúp người khác' }).scrollIntoViewIfNeeded();
  await picture(carrier.page, '55-mang-giup');
  expect(await inspect(carrier.page)).toEqual([]);
  await carrier.page.reload(); // what was taken along survives
  await carrier.page.getByText('Chờ có sóng để gửi').waitFor();
  await carrier.context.setOffline(false);
  await carrier.page.getByRole('button', { name: 'Gửi ngay' }).click();
  await carrier.page.locator('.lines').getByText('Máy chủ đã nhận').waitFor();
  const answered = carrier.page.waitForEvent('download');
  await carrier.page.getByRole('button', { name: 'Tải giấy báo đã nhận để đưa lại' }).click();
  const receipt = await (await answered).path();

  const forged = readFileSync(receipt, 'utf8').replace('"acked":2', '"acked":1');
  await far.page.getByLabel('Nhận một tệp').setInputFiles({ name: 'y.json', mimeType: 'application/json', buffer: Buffer.from(forged) });
  await far.page.getByText('Không đọc được tệp này.').waitFor();
  await far.page.getByText('2 mục đã lưu trên máy – chưa gửi').waitFor();
  await far.page.getByLabel('Nhận một tệp').setInputFiles(receipt);
  await far.page.getByText('Máy chủ đã nhận các mục trong tệp của bạn.').waitFor();
  await sent(far.page);
  expect(await inspect(far.page)).toEqual([]);
  await far.context.setOffline(false); // and directly, later, each counts once
  await far.page.getByRole('button', { name: 'Gửi ngay' }).click();
  await sent(far.page);
  const other = await Device.joined(server.address, server.invite('Giàng A Chu', 'volunteer', PA_U).code);
  const needs = (await other.records('need')).filter(({ fields }) => fields['item'] === 'Chăn ấm');
  expect(needs.map(({ fields }) => fields['quantity'])).toEqual([20]);
  expect([...far.faults, ...carrier.faults]).toEqual([]);
});
