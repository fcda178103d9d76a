// Plays a journey: a fresh server with the sample province, and a browser.

import { test } from 'vitest';
import { startBrowser, type Browser } from './browser';
import { TrialServer } from './server';

export interface Stage {
  server: TrialServer;
  browser: Browser;
}

/** Of a machine that does much else besides; what a person waits for is measured in budgets.test.ts. */
const PATIENCE_MS = 300_000;
const BUNDLE = process.env['SUOI_APP_BUNDLE'] ?? 'dist';

export function journey(name: string, play: (stage: Stage) => Promise<void>): void {
  test(
    name,
    async () => {
      const server = new TrialServer(process.env['SUOI_BINARY']!, BUNDLE);
      const browser = await startBrowser();
      try {
        await server.start();
        await play({ server, browser });
      } finally {
        await browser.close();
        await server.stop();
      }
    },
    PATIENCE_MS,
  );
}
