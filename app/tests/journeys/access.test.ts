import { expect } from 'vitest';
import { inspect, joined, person, picture, sent, type Page } from './browser';
import { journey } from './stage';

const PA_U = '2025:03442';

/** Screens by their address, with their headings. */
const SCREENS = {
  today: /^Hôm nay/,
  record: 'Ghi nhận',
  certificates: 'Giờ và chứng nhận',
  sync: 'Đồng bộ',
  needs: 'Nhu cầu',
  attest: 'Xác nhận người tham gia',
  verify: 'Kiểm tra giấy chứng nhận',
  'record/activity': 'Bạn ghi nhận hoạt động nào?',
};

/** Tabs to the first thing that carries these words, as somebody without a mouse does. */
async function tabTo(page: Page, words: RegExp): Promise<void> {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    const { text, hidden } = await page.evaluate(focused);
    expect(hidden, `focus is covered at ${text}`).toBe(false);
    if (words.test(text)) return;
  }
  throw new Error(`nothing says ${words}`);
}

/** What has the focus is called, and whether the tabs at the bottom cover it. */
function focused(): { text: string; hidden: boolean } {
  const one = document.activeElement as HTMLInputElement;
  const text = one.labels?.[0]?.innerText ?? one.innerText ?? '';
  const { left, bottom, top } = one.getBoundingClientRect();
  const at = document.elementFromPoint(left + 4, Math.min(bottom, innerHeight) - 4);
  const covered = Boolean(at?.closest('.tabs')) && !one.closest('.tabs');
  return { text, hidden: covered || bottom <= 0 || top >= innerHeight };
}

journey('a need is reported by the keyboard alone, in English, and the focus is never covered', async ({ server, browser }) => {
  const { page, faults } = await person(browser, server.address);
  await joined(page, server.invite('Lò Thị Hoa', 'volunteer', PA_U).code, 'Máy của Hoa');
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('button', { name: 'Start' }).press('Enter');
  await page.getByRole('heading', { name: /Today/ }).waitFor();
  await tabTo(page, /^Record$/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Record' }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  await tabTo(page, /^Need/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'What is needed?' }).waitFor();
  await tabTo(page, /Health care/);
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'How much is needed?' }).waitFor();
  await tabTo(page, /^What/);
  await page.keyboard.type('Glasses');
  await tabTo(page, /^Quantity/);
  await page.keyboard.type('12');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Where is it needed?' }).waitFor();
  await tabTo(page, /^Continue/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Needed by when?' }).waitFor();
  await tabTo(page, /^Continue/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Check your answers' }).waitFor();
  await picture(page, '19-check-your-answers');
  await tabTo(page, /^Save on this phone/);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Glasses' }).waitFor();
  await sent(page);
  expect(faults).toEqual([]);
});

journey('every tab holds in the dark, in letters of twice the size, and without motion', async ({ server, browser }) => {
  const { page, faults } = await person(browser, server.address);
  await joined(page, server.invite('Lý Gò Xá', 'team_leader', PA_U).code, 'Máy của Xá');
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  for (const [tab, heading] of Object.entries(SCREENS)) {
    await page.goto(`/#/${tab}`);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    expect(await inspect(page), tab).toEqual([]);
  }
  await picture(page, '50-toi');
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  for (const tab of ['today', 'sync', 'record/activity'] as const) {
    await page.goto(`/#/${tab}`);
    await page.getByRole('heading', { level: 1, name: SCREENS[tab] }).waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide, tab).toBeLessThanOrEqual(0);
  }
  await picture(page, '51-chu-to');
  expect(faults).toEqual([]);
});
