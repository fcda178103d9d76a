// Reads CBOR in its deterministic form alone (RFC 8949, section 4.2.1): whole numbers, byte and text strings, arrays,
// maps with whole numbers as keys, tags. Anything else, also a number that takes more bytes than it needs, is refused, so
// that no bit of a code can change without notice.

import type { Bytes } from '../sync/bytes';

export type Cbor = number | string | Bytes | Cbor[] | Map<number, Cbor> | Tagged;
export class Tagged {
  constructor(
    readonly tag: number,
    readonly content: Cbor,
  ) {}
}

class Refused extends Error {}

const DEPTH_MAX = 8;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

class Reader {
  private at = 0;

  constructor(private readonly bytes: Bytes) {}

  whole(): Cbor {
    const value = this.value(0);
    if (this.at !== this.bytes.length) throw new Refused('something follows');
    return value;
  }

  private take(count: number): Bytes {
    const end = this.at + count;
    if (end > this.bytes.length) throw new Refused('too short');
    const taken = this.bytes.slice(this.at, end);
    this.at = end;
    return taken;
  }

  /** The argument of a head, in as few bytes as it needs. */
  private argument(info: number): number {
    if (info < 24) return info;
    const width = { 24: 1, 25: 2, 26: 4, 27: 8 }[info];
    if (!width) throw new Refused('no definite length');
    const number = this.take(width).reduce((sum, byte) => sum * 256 + byte, 0);
    const least = { 1: 24, 2: 0x100, 4: 0x10000, 8: 0x100000000 }[width]!;
    if (number < least || !Number.isSafeInteger(number)) throw new Refused('not the shortest form');
    return number;
  }

  private value(depth: number): Cbor {
    if (depth > DEPTH_MAX) throw new Refused('too deep');
    const head = this.take(1)[0]!;
    const argument = this.argument(head & 31);
    switch (head >> 5) {
      case 0:
        return argument;
      case 1:
        return -1 - argument;
      case 2:
        return this.take(argument);
      case 3:
        return strictUtf8.decode(this.take(argument));
      case 4:
        return this.many(argument, () => this.value(depth + 1));
      case 5:
        return this.map(argument, depth);
      case 6:
        return new Tagged(argument, this.value(depth + 1));
      default:
        throw new Refused('a type that is not used here');
    }
  }

  private many<T>(count: number, one: () => T): T[] {
    if (count > this.bytes.length) throw new Refused('too short');
    return Array.from({ length: count }, one);
  }

  private map(count: number, depth: number): Map<number, Cbor> {
    const found = new Map<number, Cbor>();
    let before = -1;
    this.many(count, () => {
      const key = this.value(depth + 1);
      if (typeof key !== 'number') throw new Refused('a key that is no number');
      // In the order of the encoded keys: those from 0 up, then those from -1 down.
      const rank = key >= 0 ? key : Number.MAX_SAFE_INTEGER / 2 - key;
      if (rank <= before) throw new Refused('keys out of order');
      before = rank;
      found.set(key, this.value(depth + 1));
    });
    return found;
  }
}

/** Nothing where the bytes are not one value in deterministic form. */
export function parseCbor(bytes: Bytes): Cbor | undefined {
  try {
    return new Reader(bytes).whole();
  } catch (fault) {
    if (fault instanceof Refused || fault instanceof TypeError) return undefined;
    throw fault;
  }
}

/** What a signature of COSE_Sign1 covers (RFC 9052, section 4.4). */
export function signatureInput(header: Bytes, payload: Bytes): Bytes {
  const parts: number[] = [0x84, 0x6a, ...new TextEncoder().encode('Signature1')];
  for (const bytes of [header, new Uint8Array(), payload]) parts.push(...byteHead(bytes.length), ...bytes);
  return new Uint8Array(parts);
}

function byteHead(length: number): number[] {
  if (length < 24) return [0x40 + length];
  if (length < 0x100) return [0x58, length];
  return [0x59, length >> 8, length & 0xff];
}
