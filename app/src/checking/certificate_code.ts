// Reads and checks the QR code of a certificate: a CBOR Web Token in COSE_Sign1, ES256, in base45 behind "GCN1:".
// docs/certificates.md says what it holds.

import { base64url, type Bytes } from '../sync/bytes';
import { parseBase45 } from './base45';
import { parseCbor, signatureInput, Tagged, type Cbor } from './cbor';

const PREFIX = 'GCN1:';
const LETTERS_MAX = 644;
const CLAIM_ISSUED_AT = 6;
const CLAIM_FACTS = -65537;
const DAY_MS = 24 * 3600_000;
/** The order of the group of P-256: of the two forms of a signature only the one with the lower s counts. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export interface Facts {
  number: string;
  holder: string;
  activity: string;
  commune: string;
  from: string;
  to: string;
  minutes: number;
  role: string;
  salt: Bytes;
  issuedAt: number;
}

export type Checked = { kind: 'genuine'; facts: Facts } | { kind: 'unknown_key' | 'forged' };

export const isCertificateCode = (text: string): boolean => text.startsWith(PREFIX);

interface Signed {
  header: Bytes;
  kid: string;
  payload: Bytes;
  signature: Bytes;
}

const isBytes = (value: Cbor | undefined): value is Bytes => value instanceof Uint8Array;

function readSigned(text: string): Signed | undefined {
  if (!isCertificateCode(text) || text.length > LETTERS_MAX) return undefined;
  const bytes = parseBase45(text.slice(PREFIX.length));
  const value = bytes && parseCbor(bytes);
  if (!(value instanceof Tagged) || value.tag !== 18 || !Array.isArray(value.content)) return undefined;
  const [header, unprotected, payload, signature] = value.content;
  const plain = value.content.length === 4 && unprotected instanceof Map && unprotected.size === 0;
  if (!plain || !isBytes(header) || !isBytes(payload) || !isBytes(signature) || signature.length !== 64) return undefined;
  const members = parseCbor(header);
  if (!(members instanceof Map) || members.size !== 2 || members.get(1) !== -7) return undefined;
  const kid = members.get(4);
  return isBytes(kid) && kid.length === 8 ? { header, kid: base64url(kid), payload, signature } : undefined;
}

const dateOf = (days: number): string => new Date(days * DAY_MS).toISOString().slice(0, 10);

function readFacts(payload: Bytes): Facts | undefined {
  const claims = parseCbor(payload);
  if (!(claims instanceof Map)) return undefined;
  const issuedAt = claims.get(CLAIM_ISSUED_AT);
  const facts = claims.get(CLAIM_FACTS);
  if (typeof issuedAt !== 'number' || !(facts instanceof Map)) return undefined;
  const [number, holder, activity, commune, role] = [1, 2, 4, 5, 9].map((key) => facts.get(key));
  const [from, to, minutes] = [6, 7, 8].map((key) => facts.get(key));
  const salt = facts.get(10);
  const texts = [number, holder, activity, commune, role].every((one) => typeof one === 'string');
  const numbers = [from, to, minutes].every((one) => typeof one === 'number' && one >= 0);
  if (!texts || !numbers || !isBytes(salt) || salt.length !== 16 || (to as number) > 65535) return undefined;
  return {
    number: number as string,
    holder: holder as string,
    activity: activity as string,
    commune: commune as string,
    role: role as string,
    from: dateOf(from as number),
    to: dateOf(to as number),
    minutes: minutes as number,
    salt,
    issuedAt: issuedAt * 1000,
  };
}

function hasLowS(signature: Bytes): boolean {
  const s = signature.slice(32).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return s > 0n && s <= ORDER / 2n;
}

/** The name of a key in codes: the first 8 bytes of its thumbprint (RFC 7638), base64url. */
export async function kidOf({ crv, kty, x, y }: JsonWebKey): Promise<string> {
  const text = JSON.stringify({ crv, kty, x, y });
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return base64url(new Uint8Array(digest).slice(0, 8));
}

async function fits({ header, payload, signature }: Signed, { crv, kty, x, y }: JsonWebKey): Promise<boolean> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const key = await crypto.subtle.importKey('jwk', { crv, kty, x, y } as JsonWebKey, algorithm, false, ['verify']);
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, signatureInput(header, payload));
}

/** Checks a code against the server's keys; the facts are given only where the signature is good. */
export async function checkCode(text: string, keys: JsonWebKey[]): Promise<Checked> {
  const signed = readSigned(text);
  if (!signed) return { kind: 'forged' };
  for (const key of keys) {
    const usable = key.kty === 'EC' && key.crv === 'P-256' && key.use !== 'enc';
    if (!usable || (await kidOf(key)) !== signed.kid) continue;
    const facts = hasLowS(signed.signature) && (await fits(signed, key)) ? readFacts(signed.payload) : undefined;
    return facts ? { kind: 'genuine', facts } : { kind: 'forged' };
  }
  return { kind: 'unknown_key' };
}

const CODE_LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** The six letters printed beside the number, which the server asks for. */
export async function checkLetters({ number, salt }: Pick<Facts, 'number' | 'salt'>): Promise<string> {
  const key = await crypto.subtle.importKey('raw', salt, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(`suoi check code:${number}`)));
  const bits = new DataView(mac.buffer).getUint32(0);
  return Array.from({ length: 6 }, (_, index) => CODE_LETTERS[((bits << (5 * index)) >>> 27) & 31]).join('');
}
