import { expect, test } from 'vitest';
import { en } from '../../src/texts/en';
import { enDesk } from '../../src/texts/en_desk';
import { vi } from '../../src/texts/vi';
import { viDesk } from '../../src/texts/vi_desk';

/** Every text with its place: functions by how many words they are given, texts by being there. */
function shape(texts: object, place = ''): string[] {
  return Object.entries(texts).flatMap(([key, value]) => {
    const here = `${place}.${key}`;
    if (typeof value === 'object') return shape(value, here);
    if (typeof value === 'function') return [`${here}(${value.length})`];
    return [value === '' ? `${here} is empty` : here];
  });
}

test.each([
  [vi, en],
  [viDesk, enDesk],
])('both languages have the same texts', (vietnamese, english) => {
  expect(shape(english).sort()).toEqual(shape(vietnamese).sort());
  expect(shape(vietnamese).filter((line) => line.endsWith('empty'))).toEqual([]);
});

test('Vietnamese texts are composed and none was left in English', () => {
  const all = JSON.stringify([vi, viDesk], (_key, value) => (typeof value === 'function' ? value('1', '2') : value));
  expect(all.normalize('NFC')).toBe(all);
  for (const word of [' the ', ' and ', ' server']) expect(all.toLowerCase()).not.toContain(word);
});
