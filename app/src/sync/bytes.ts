export type Bytes = Uint8Array<ArrayBuffer>;

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text) as Bytes;

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const randomBytes = (count: number): Bytes => crypto.getRandomValues(new Uint8Array(count));

export const randomHex = (count: number): string => hex(randomBytes(count));

export function base64url(bytes: Uint8Array | string): string {
  const raw = typeof bytes === 'string' ? utf8(bytes) : bytes;
  let binary = '';
  for (const byte of raw) binary += String.fromCharCode(byte);
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}
