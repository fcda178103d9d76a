// Tables as CSV that spreadsheets open with the right letters.

const BYTE_ORDER_MARK = '\ufeff';

/** What begins like a formula is text for a spreadsheet, too. */
const harmless = (cell: string): string => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell);

const quoted = (cell: string): string => `"${harmless(cell).replace(/"/g, '""')}"`;

export const csvText = (rows: string[][]): string =>
  BYTE_ORDER_MARK + rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join('');

export function downloadCsv(name: string, rows: string[][]): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([csvText(rows)], { type: 'text/csv' }));
  link.download = `${name}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
