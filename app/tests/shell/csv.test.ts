import { expect, test } from 'vitest';
import { csvText } from '../../src/desk/csv';

test('a table keeps its letters, quotes and line ends, and holds no formula', () => {
  const rows = [
    ['Tên', 'Ghi chú'],
    ['Pa Ủ "A"', '=1+1'],
  ];
  expect(csvText(rows)).toBe('\ufeff"Tên","Ghi chú"\r\n"Pa Ủ ""A""","\'=1+1"\r\n');
});
