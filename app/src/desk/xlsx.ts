// Tables for Excel: numbers are numbers there, everything else is text, also what begins like a formula. This
// file and what writes them are fetched when somebody first asks for it.

import writeXlsxFile from 'write-excel-file/browser';
import { download } from '../screens/download';

export type Cell = string | number;

const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
/** Characters; names of activities are long, and a column as wide as the longest is not read. */
const WIDTH_MAX = 40;
const WIDTH_MIN = 8;

const widthOf = (rows: Cell[][], column: number): number =>
  Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, ...rows.map((row) => String(row[column] ?? '').length + 2)));

export async function xlsxOf(sheet: string, heads: string[], rows: Cell[][]): Promise<Blob> {
  const head = heads.map((value) => ({ value, type: String, fontWeight: 'bold' as const }));
  const body = rows.map((row) =>
    row.map((value) => (typeof value === 'number' ? { value, type: Number } : value === '' ? null : { value, type: String })),
  );
  const columns = heads.map((_, index) => ({ width: widthOf([heads, ...rows], index) }));
  return writeXlsxFile([head, ...body], { sheet, columns, stickyRowsCount: 1 }).toBlob();
}

export const downloadXlsx = async (name: string, sheet: string, heads: string[], rows: Cell[][]): Promise<void> =>
  download(`${name}.xlsx`, await xlsxOf(sheet, heads, rows), TYPE);
