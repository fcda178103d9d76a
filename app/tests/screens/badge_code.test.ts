import { expect, test } from 'vitest';
import { badgeCode, personOnBadge } from '../../src/screens/badge_code';

const MAI = '019a0000-0000-7000-8000-0000000000ab';

test('a badge names a person by id alone, and nothing else is taken for one', () => {
  expect(personOnBadge(badgeCode(MAI))).toBe(MAI);
  for (const text of ['', MAI, `SUOI-PERSON:${MAI}x`, 'GCN1:ABC', 'SUOI-PERSON:mai']) expect(personOnBadge(text)).toBeUndefined();
});
