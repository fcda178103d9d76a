import { expect } from 'vitest';
import { newId, type Fields } from '../../src/sync';
import { Device } from './device';
import { journey } from './stage';

const PA_U = '2025:03442';
const HOUR = 3600_000;
const STEPS = 160;
const NAMES = ['Lò Thị Hoa', 'Vàng A Páo', 'Giàng A Chu', 'Sùng Thị Dợ'];
/** One clock is right, one is ten minutes ahead, one stands in 2020, one in 2031. */
const CLOCKS = [0, 10 * 60_000, -6 * 365 * 24 * HOUR, 5 * 365 * 24 * HOUR];
const SEED = Number(process.env['SUOI_SEED'] ?? 20261122);

/** Numbers from 0 to below 1 that one seed gives again (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Day {
  random: () => number;
  badLinks: boolean;
  plan: string;
  counted: number;
  needs: number;
}

/** Half of the requests arrive; of the others the question or the answer is lost. */
const carryBadly = (day: Day) => async (go: () => Promise<Response>) => {
  const fate = day.badLinks ? day.random() : 0;
  if (fate > 0.75) throw new TypeError('no signal');
  const answer = await go();
  if (fate > 0.5) throw new TypeError('the answer was lost');
  return answer;
};

async function work(device: Device, day: Day): Promise<void> {
  const plan = { collection: 'activity', record: day.plan };
  const pick = Math.floor(day.random() * 6);
  const hours = Math.floor(day.random() * 48) * HOUR;
  if (pick === 0) {
    day.needs++;
    const set: Fields = { unit: PA_U, category: 'warm_clothing', item: `Áo số ${day.needs}`, unit_of_measure: 'piece' };
    await device.save({ collection: 'need', record: newId(Date.now()), set });
  } else if (pick === 1) {
    day.counted++;
    await device.save({ ...plan, inc: { tally: 1 } });
  } else if (pick === 2) await device.save({ ...plan, set: { planned_start: Date.now() + hours } });
  else if (pick === 3) await device.save({ ...plan, set: { title: `Khám răng ${Math.floor(day.random() * 9)}` } });
  else if (pick === 4) await device.save({ ...plan, add: { themes: [`chủ đề ${Math.floor(day.random() * 3)}`] } });
  else await device.save({ ...plan, remove: { themes: [`chủ đề ${Math.floor(day.random() * 3)}`] } });
}

/** Everything that a device shows, without what is its own. */
async function shownBy(device: Device): Promise<string[]> {
  const { records } = await device.client.store.snapshot();
  return records
    .filter(({ stream }) => stream === PA_U)
    .map(({ id, version, fields }) => `${id} ${version} ${JSON.stringify(Object.entries(fields).sort())}`)
    .sort();
}

journey('a day of four phones with wrong clocks, lost answers and kills ends with the same on all of them', async ({ server }) => {
  console.log(`seed ${SEED}`);
  const day: Day = { random: randomFrom(SEED), badLinks: false, plan: '', counted: 0, needs: 0 };
  const phones: Device[] = [];
  for (const [index, name] of NAMES.entries()) {
    const { code } = server.invite(name, 'volunteer', PA_U);
    const conditions = { carry: carryBadly(day), clockOffMs: CLOCKS[index]! };
    phones.push(await Device.joined(server.address, code, conditions));
  }
  const plans = await phones[0]!.records('activity');
  day.plan = plans.find(({ fields }) => fields['title'] === 'Khám răng cho học sinh')!.id;
  const before = (await phones[0]!.records('need')).length;

  day.badLinks = true;
  for (let step = 0; step < STEPS; step++) {
    const phone = phones[Math.floor(day.random() * phones.length)]!;
    const what = day.random();
    if (what < 0.6) await work(phone, day);
    else if (what < 0.95) await phone.client.sync();
    else phone.restart();
  }
  day.badLinks = false;
  for (const phone of [...phones, ...phones]) await phone.sync();

  const [first, ...others] = await Promise.all(phones.map(shownBy));
  for (const other of others) expect(other).toEqual(first);
  const shown = (await phones[0]!.records('activity')).find(({ id }) => id === day.plan)!;
  expect(shown.fields['tally']).toBe(day.counted);
  expect(await phones[0]!.records('need')).toHaveLength(before + day.needs);
  expect(server.run('check').ok).toBe(true);
});
