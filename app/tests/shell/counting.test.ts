import { beforeAll, expect, test, vi } from 'vitest';

beforeAll(() => {
  vi.stubGlobal('location', { hash: '' });
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
});

test('whole numbers may be grouped, and nothing else passes', async () => {
  const { wholeNumber } = await import('../../src/ui/fields');
  expect(['31', ' 1.031 ', '1 031', '0'].map(wholeNumber)).toEqual([31, 1031, 1031, 0]);
  for (const wrong of ['', '-1', '3,5', '1e3', 'ba', '12345678']) expect(wholeNumber(wrong)).toBeUndefined();
});

test('time on two lists counts once', async () => {
  const { unionMinutes } = await import('../../src/screens/participations');
  const at = (hours: number, minutes: number) => (hours * 60 + minutes) * 60_000;
  const both = [
    { id: 'a', from: at(8, 0), to: at(11, 30) },
    { id: 'b', from: at(8, 15), to: at(12, 0) },
  ];
  expect(unionMinutes(both)).toBe(240);
  expect(unionMinutes([])).toBe(0);
});
