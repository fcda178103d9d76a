// Letters of a QR code to bytes (RFC 9285).

import type { Bytes } from '../sync/bytes';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

/** Nothing where the text is no base45. */
export function parseBase45(text: string): Bytes | undefined {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 3) {
    const digits = [...text.slice(at, at + 3)].map((letter) => ALPHABET.indexOf(letter));
    if (digits.length === 1 || digits.includes(-1)) return undefined;
    const number = digits.reduceRight((sum, digit) => sum * 45 + digit, 0);
    if (number > (digits.length === 3 ? 0xffff : 0xff)) return undefined;
    if (digits.length === 3) bytes.push(number >> 8);
    bytes.push(number & 0xff);
  }
  return new Uint8Array(bytes);
}
