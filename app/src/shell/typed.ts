// Dates and times as people type them. A browser's own fields show the order of day and month of the phone's language,
// and 11/10 must not become another day.

const two = (digits: string): string => digits.padStart(2, '0');

/** "21/11/2026", "21.11.2026", "2111 2026" as "2026-11-21"; nothing where it is no day. */
export function typedDate(text: string): string | undefined {
  const parts = /^(\d{1,2})[/.\-\s]*(\d{1,2})[/.\-\s]*(\d{4})$/.exec(text.trim());
  if (!parts) return undefined;
  const iso = `${parts[3]}-${two(parts[2]!)}-${two(parts[1]!)}`;
  const time = Date.parse(`${iso}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(iso) ? iso : undefined;
}

/** "8:30", "8h30", "8h", "0830" as "08:30"; nothing where it is no time of day. */
export function typedTime(text: string): string | undefined {
  const parts = /^(\d{1,2})(?:[:.hg\s]*(\d{2}))?[h\s]*$/i.exec(text.trim());
  if (!parts || Number(parts[1]) > 23 || Number(parts[2] ?? 0) > 59) return undefined;
  return `${two(parts[1]!)}:${parts[2] ?? '00'}`;
}
