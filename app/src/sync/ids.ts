import { hex, randomBytes, utf8 } from './bytes';

/** The namespace of ids that follow from others; the schema of protocol 1 fixes it. */
const NAMESPACE = '6f1d2c57-93b4-4e0a-8c65-1f0a7d3be942';

function uuidText(bytes: Uint8Array, version: number): string {
  bytes[6] = (bytes[6]! & 0x0f) | (version << 4);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return hex(bytes.subarray(0, 16)).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** UUID version 7: the time in milliseconds, then chance. */
export function newId(now: number): string {
  const bytes = randomBytes(16);
  for (let i = 5, rest = now; i >= 0; i--, rest = Math.floor(rest / 256)) bytes[i] = rest % 256;
  return uuidText(bytes, 7);
}

async function uuid5(name: string): Promise<string> {
  const space = Uint8Array.from(NAMESPACE.replace(/-/g, '').match(/../g)!, (pair) => parseInt(pair, 16));
  const text = utf8(name);
  const input = new Uint8Array(space.length + text.length);
  input.set(space);
  input.set(text, space.length);
  return uuidText(new Uint8Array(await crypto.subtle.digest('SHA-1', input)), 5);
}

/** The id of a record that follows from others, such as the participation of a person in an activity. */
export const derivedId = (collection: string, ...from: string[]): Promise<string> =>
  uuid5([collection, ...from].join(':'));

export const deviceId = (thumbprint: string): Promise<string> => uuid5(thumbprint);

/** What a record adds to the sum of its stream. */
export async function markOf(id: string, version: number): Promise<bigint> {
  const digest = await crypto.subtle.digest('SHA-256', utf8(`${id}:${version}`));
  return new DataView(digest).getBigUint64(0);
}

export const sumText = (sum: bigint): string => BigInt.asUintN(64, sum).toString(16).padStart(16, '0');
