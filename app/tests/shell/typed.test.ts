import { expect, test } from 'vitest';
import { typedDate, typedTime } from '../../src/shell/typed';

test.each([
  ['21/11/2026', '2026-11-21'],
  ['3/2/2026', '2026-02-03'],
  ['21.11.2026', '2026-11-21'],
  ['21112026', '2026-11-21'],
  ['29/02/2028', '2028-02-29'],
  ['29/02/2026', undefined],
  ['11/21/2026', undefined],
  ['21/11/26', undefined],
  ['', undefined],
])('the date %s is %s', (text, date) => expect(typedDate(text)).toBe(date));

test.each([
  ['8:30', '08:30'],
  ['8h30', '08:30'],
  ['8h', '08:00'],
  ['8', '08:00'],
  ['0830', '08:30'],
  ['14.05', '14:05'],
  ['24:00', undefined],
  ['8:75', undefined],
  ['sáng', undefined],
])('the time %s is %s', (text, time) => expect(typedTime(text)).toBe(time));
