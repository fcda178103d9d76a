// Phones and desks of the journeys: one browser, a context of its own for each person, pictures, and axe.

import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

export const PHONE = { width: 360, height: 640 };
export const DESK = { width: 1280, height: 800 };

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Those of the documents are made anew only when asked for, so that a test run leaves no changes behind. */
const PICTURES = join(import.meta.dirname, process.env['SUOI_PICTURES'] ? '../../../docs/screens' : '../../.screens');

/** With `film`, a camera that everybody may use and that sees this film. */
export function startBrowser(film?: string): Promise<Browser> {
  mkdirSync(PICTURES, { recursive: true });
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--lang=vi', ...(film ? cameraOf(film) : [])],
  });
}

const cameraOf = (film: string): string[] => [
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  `--use-file-for-fake-video-capture=${film}`,
];

export async function person(browser: Browser, address: string, size = PHONE, locale = 'vi-VN') {
  const context = await browser.newContext({
    baseURL: address,
    viewport: size,
    locale,
    timezoneId: 'Asia/Ho_Chi_Minh',
    bypassCSP: false,
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const faults = watch(page, address);
  return { context, page, faults };
}

/** What no page may do: throw, break the policy, ask another origin. */
function watch(page: Page, address: string): string[] {
  const faults: string[] = [];
  page.on('pageerror', (fault) => faults.push(String(fault)));
  page.on('console', (line) => {
    if (line.type() === 'error' && /Content Security Policy|Uncaught/.test(line.text())) faults.push(line.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(address) && !/^(data|blob):/.test(url)) faults.push(`asked ${url}`);
  });
  return faults;
}

export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(PICTURES, `${name}.png`), animations: 'disabled' });
}

interface Violation {
  id: string;
  nodes: { target: string[]; failureSummary: string }[];
}

/** Rules that axe finds broken at three widths, and sideways scrolling, which it does not see. */
export async function inspect(page: Page): Promise<string[]> {
  const size = page.viewportSize()!;
  const found: string[] = [];
  for (const width of [320, 360, 1280]) {
    await page.setViewportSize({ width, height: size.height });
    const violations = await axe(page);
    for (const { id, nodes } of violations) found.push(`${width}: ${id} ${nodes[0]?.target.join(' ')} ${nodes[0]?.failureSummary}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) found.push(`${width}: scrolls sideways by ${wide} px`);
    found.push(...(await smallTargets(page)).map((target) => `${width}: small target ${target}`));
  }
  await page.setViewportSize(size);
  return [...found, ...(await contrastInTheOther(page))];
}

/** The other colours, dark or light: only the contrast can differ. */
async function contrastInTheOther(page: Page): Promise<string[]> {
  const dark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  await page.emulateMedia({ colorScheme: dark ? 'light' : 'dark' });
  const violations = await axe(page, "{type: 'rule', values: ['color-contrast']}");
  await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
  return violations.map(({ nodes }) => `${dark ? 'light' : 'dark'}: ${nodes[0]?.target.join(' ')} ${nodes[0]?.failureSummary}`);
}

const RULES = "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']";

async function axe(page: Page, only = RULES): Promise<Violation[]> {
  // The policy of the page allows no foreign script, so axe comes through the debugger.
  const session = await page.context().newCDPSession(page);
  const known = await session.send('Runtime.evaluate', { expression: 'typeof axe' });
  if (known.result.value === 'undefined') await session.send('Runtime.evaluate', { expression: AXE });
  const run = `axe.run(document, {runOnly: ${only}})`;
  const expression = `${run}.then((found) => JSON.stringify(found.violations))`;
  const { result } = await session.send('Runtime.evaluate', { expression, awaitPromise: true });
  await session.detach();
  return JSON.parse(result.value as string);
}

/** Buttons, inputs and links on lines of their own below 48 px; a choice counts with its label. */
const smallTargets = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, input, textarea, a, .choice')]
      .filter((one) => {
        const choice = one.closest<HTMLElement>('.choice') ?? one;
        const inText = one.tagName === 'A' && getComputedStyle(one).display === 'inline';
        const { height, width } = choice.getBoundingClientRect();
        return width > 1 && !inText && !one.classList.contains('skip') && Math.round(height) < 48;
      })
      .map((one) => `${one.tagName} ${one.textContent?.slice(0, 30)}`),
  );

export async function joined(page: Page, code: string, device: string): Promise<void> {
  await page.goto(`/#/enrol?code=${code}`);
  await page.locator('#device').fill(device);
  await page.locator('button[type=submit]').click();
  await page.getByRole('heading', { name: /Sẵn sàng dùng khi mất sóng|Ready to use/ }).waitFor();
}

/** What a form keeps on the disk under `key`; nothing where it keeps nothing. */
export const draft = (page: Page, key: string): Promise<any> =>
  page.evaluate(async (wanted) => {
    const db = await new Promise<IDBDatabase>((done) => {
      const opening = indexedDB.open('suoi');
      opening.onsuccess = () => done(opening.result);
    });
    const asking = db.transaction('drafts').objectStore('drafts').get(wanted);
    const found = await new Promise<unknown>((done) => (asking.onsuccess = () => done(asking.result)));
    db.close();
    return found;
  }, key);

export async function sent(page: Page): Promise<void> {
  await page.locator('.syncbar strong').filter({ hasText: /Máy chủ đã nhận|Received by server/ }).waitFor();
}

export type { Browser, BrowserContext, Page };
