import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TrialServer } from '../journeys/server';
import { Play, type Scenario } from './play';

const SCENARIOS = join(import.meta.dirname, '../../../tests/vectors/scenarios');
/** Many and alike: of these a normal run plays some, and `./test --long` all. */
const MANY: { [file: string]: number } = { 'one_rule.json': 5, 'two_rules.json': 3, 'verdicts.json': 5 };
const LONG = process.env['SUOI_LONG'] !== undefined;
const PATIENCE_MS = 30_000;

const newServer = () => new TrialServer(process.env['SUOI_BINARY']!, process.env['SUOI_APP_BUNDLE'] ?? 'dist');

async function play(scenario: Scenario, server: TrialServer): Promise<void> {
  const one = new Play(scenario, server);
  await one.run();
  expect(one.complaints).toEqual([]);
}

const files = readdirSync(SCENARIOS).filter((name) => name.endsWith('.json'));

let shared: TrialServer;
beforeAll(async () => {
  shared = newServer();
  await shared.start();
});
afterAll(() => shared.stop());

describe.each(files)('%s', (file) => {
  const { scenarios } = JSON.parse(readFileSync(join(SCENARIOS, file), 'utf8')) as { scenarios: Scenario[] };
  const playable = scenarios.filter(Play.canPlay);
  const step = LONG ? 1 : Math.max(1, Math.floor(playable.length / (MANY[file] ?? playable.length)));
  for (const scenario of playable.filter((_, index) => index % step === 0)) {
    test(
      scenario.name,
      async () => {
        if (!scenario.alone) return play(scenario, shared);
        const own = newServer();
        try {
          await own.start();
          await play(scenario, own);
        } finally {
          await own.stop();
        }
      },
      PATIENCE_MS,
    );
  }
  if (playable.length === 0) test('only for requests made by hand, which are not a client’s', () => undefined);
});
