// What a badge says: who it is by id alone, so that a lost badge tells a stranger nothing.

const PREFIX = 'SUOI-PERSON:';
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** In capitals, which QR codes hold in fewer squares. */
export const badgeCode = (person: string): string => PREFIX + person.toUpperCase();

/** The person that a scanned text names; nothing where it is no badge. */
export function personOnBadge(text: string): string | undefined {
  const id = text.startsWith(PREFIX) ? text.slice(PREFIX.length).toLowerCase() : '';
  return ID.test(id) ? id : undefined;
}
