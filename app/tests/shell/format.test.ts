import { expect, test } from 'vitest';
import {
  dateText,
  fold,
  hoursText,
  instantOf,
  isoDate,
  isoDateText,
  numberText,
  sortedBy,
  spanText,
  timeText,
} from '../../src/shell/format';

const MORNING = Date.UTC(2026, 10, 21, 1, 5); // 08:05 in Viet Nam

test('dates, times and numbers as people in Viet Nam write them', () => {
  expect(dateText(MORNING)).toBe('21/11/2026');
  expect(timeText(MORNING)).toBe('08:05');
  expect(isoDateText('2026-02-03')).toBe('03/02/2026');
  expect(numberText(12345.6, 1)).toBe('12.345,6');
  expect(hoursText(210)).toBe('3,5');
  expect(spanText(MORNING, MORNING + 3600_000)).toBe('08:05–09:05, Thứ Bảy 21/11/2026');
});

test('the day is that of Viet Nam, also before seven in the morning', () => {
  expect(isoDate(Date.UTC(2026, 10, 20, 18))).toBe('2026-11-21');
  expect(instantOf('2026-11-21', '08:05')).toBe(MORNING);
  expect(instantOf('', '08:05')).toBeNaN();
});

test('a search needs no diacritics, and both ways of writing Hòa are one', () => {
  expect(fold('Đặng Thị Hòa')).toBe('dang thi hoa');
  expect(fold('Hoà')).toBe(fold('Hòa'));
  expect(fold('Pa U\u0309')).toBe('pa u');
});

test('names stand in Vietnamese order', () => {
  const names = ['Đào', 'Dung', 'Ân', 'An', 'Ánh', 'Êm'];
  expect(sortedBy(names, (name) => name)).toEqual(['An', 'Ánh', 'Ân', 'Dung', 'Đào', 'Êm']);
});
