import { expect, test } from 'vitest';
import { en } from '../../src/texts/en';
import { enAccess } from '../../src/texts/en_access';
import { enDesk } from '../../src/texts/en_desk';
import { enPhotos } from '../../src/texts/en_photos';
import { enForms } from '../../src/texts/en_forms';
import { enOutbox } from '../../src/texts/en_outbox';
import { enPapers } from '../../src/texts/en_papers';
import { enScan } from '../../src/texts/en_scan';
import { enSteps } from '../../src/texts/en_steps';
import { vi } from '../../src/texts/vi';
import { viAccess } from '../../src/texts/vi_access';
import { viDesk } from '../../src/texts/vi_desk';
import { viPhotos } from '../../src/texts/vi_photos';
import { viForms } from '../../src/texts/vi_forms';
import { viOutbox } from '../../src/texts/vi_outbox';
import { viPapers } from '../../src/texts/vi_papers';
import { viScan } from '../../src/texts/vi_scan';
import { viSteps } from '../../src/texts/vi_steps';

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
  [viAccess, enAccess],
  [viDesk, enDesk],
  [viForms, enForms],
  [viOutbox, enOutbox],
  [viPapers, enPapers],
  [viPhotos, enPhotos],
  [viScan, enScan],
  [viSteps, enSteps],
])('both languages have the same texts', (vietnamese, english) => {
  expect(shape(english).sort()).toEqual(shape(vietnamese).sort());
  expect(shape(vietnamese).filter((line) => line.endsWith('empty'))).toEqual([]);
});

test('Vietnamese texts are composed and none was left in English', () => {
  const all = JSON.stringify([vi, viAccess, viDesk, viForms, viOutbox, viPapers, viPhotos, viScan, viSteps], (_key, value) => (typeof value === 'function' ? value('1', '2') : value));
  expect(all.normalize('NFC')).toBe(all);
  for (const word of [' the ', ' and ', ' server']) expect(all.toLowerCase()).not.toContain(word);
});
