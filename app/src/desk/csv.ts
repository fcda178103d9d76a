// Tables as CSV that spreadsheets open with the right letters.

import { download } from '../screens/download';

const BYTE_ORDER_MARK = '\ufeff';

/** What begins like a formula is text for a spreadsheet, too. */
const harmless = (cell: string): string => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell);

const quoted = (cell: string): string => `"${harmless(cell).replace(/"/g, '""')}"`;

export const csvText = (rows: string[][]): string =>
  BYTE_ORDER_MARK + rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join('');

export const downloadCsv = (name: string, rows: string[][]): void => download(`${name}.csv`, csvText(rows), 'text/csv');
