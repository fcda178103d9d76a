import { beforeAll, expect, test } from 'vitest';
import { parseBase45 } from '../../src/checking/base45';
import { parseCbor, signatureInput, Tagged, type Cbor } from '../../src/checking/cbor';
import { checkCode, checkLetters, kidOf } from '../../src/checking/certificate_code';

type Bytes = Uint8Array<ArrayBuffer>;
const fromHex = (hex: string): Bytes => new Uint8Array(Buffer.from(hex, 'hex'));
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

function base45(bytes: Bytes): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 2) {
    const pair = at + 1 < bytes.length;
    let number = pair ? bytes[at]! * 256 + bytes[at + 1]! : bytes[at]!;
    for (let i = 0; i < (pair ? 3 : 2); i++, number = Math.floor(number / 45)) text += ALPHABET[number % 45];
  }
  return text;
}

function head(major: number, argument: number): number[] {
  const type = major << 5;
  if (argument < 24) return [type + argument];
  if (argument < 0x100) return [type + 24, argument];
  if (argument < 0x10000) return [type + 25, argument >> 8, argument & 255];
  return [type + 26, argument >>> 24, (argument >> 16) & 255, (argument >> 8) & 255, argument & 255];
}

function encode(value: Cbor): number[] {
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === 'string') return [...head(3, Buffer.byteLength(value)), ...Buffer.from(value)];
  if (value instanceof Uint8Array) return [...head(2, value.length), ...value];
  if (Array.isArray(value)) return [...head(4, value.length), ...value.flatMap(encode)];
  if (value instanceof Tagged) return [...head(6, value.tag), ...encode(value.content)];
  return [...head(5, value.size), ...[...value].flatMap(([key, member]) => [...encode(key), ...encode(member)])];
}

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The form with the lower s, as the server makes it; `high` gives the other one. */
function withS(signature: Bytes, high: boolean): Bytes {
  const s = BigInt(`0x${Buffer.from(signature.slice(32)).toString('hex')}`);
  const wanted = s > ORDER / 2n === high ? s : ORDER - s;
  return fromHex(Buffer.from(signature.slice(0, 32)).toString('hex') + wanted.toString(16).padStart(64, '0'));
}

let key: JsonWebKey;
let code: string;
let other: string;
let signed: Bytes;

beforeAll(async () => {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  key = await crypto.subtle.exportKey('jwk', pair.publicKey);
  const kid = new Uint8Array(Buffer.from(await kidOf(key), 'base64url'));
  const facts = new Map<number, Cbor>([
    [1, '12-2026-000123'],
    [2, 'Hoàng Thị Mai'],
    [4, 'Khám răng cho học sinh'],
    [5, '2025:03442'],
    [6, 20779],
    [7, 20780],
    [8, 240],
    [9, ''],
    [10, new Uint8Array(16).fill(7)],
  ]);
  const payload = new Uint8Array(encode(new Map<number, Cbor>([[6, 1763740000], [7, new Uint8Array(16)], [-65537, facts]])));
  const protectedHeader = new Uint8Array(encode(new Map<number, Cbor>([[1, -7], [4, kid]])));
  const input = signatureInput(protectedHeader, payload);
  const raw = new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, input));
  const whole = (signature: Bytes) =>
    new Uint8Array(encode(new Tagged(18, [protectedHeader, new Map(), payload, signature])));
  signed = whole(withS(raw, false));
  code = `GCN1:${base45(signed)}`;
  other = `GCN1:${base45(whole(withS(raw, true)))}`;
});

test('a code tells its facts once its signature fits the key that it names', async () => {
  const checked = await checkCode(code, [{ kty: 'OKP' }, key]);
  expect(checked).toMatchObject({
    kind: 'genuine',
    facts: { number: '12-2026-000123', holder: 'Hoàng Thị Mai', from: '2026-11-22', to: '2026-11-23', minutes: 240 },
  });
});

test('another key is unknown, the second form of the signature is none, and other texts are no certificate', async () => {
  expect((await checkCode(code, [])).kind).toBe('unknown_key');
  expect((await checkCode(other, [key])).kind).toBe('forged');
  for (const text of ['', 'GCN1:', 'https://example.org', code.slice(0, -3), `${code}00`]) {
    expect((await checkCode(text, [key])).kind).toBe('forged');
  }
});

test('no bit of a code can change without notice', async () => {
  for (let bit = 0; bit < signed.length * 8; bit++) {
    const changed = new Uint8Array(signed);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    const { kind } = await checkCode(`GCN1:${base45(changed)}`, [key]);
    expect(kind, `bit ${bit}`).not.toBe('genuine');
  }
});

test('base45 reads the examples of RFC 9285 and refuses what is none', () => {
  expect(Buffer.from(parseBase45('%69 VD92EX0')!).toString()).toBe('Hello!!');
  expect(Buffer.from(parseBase45('QED8WEX0')!).toString()).toBe('ietf!');
  for (const text of ['A', 'GGW', '::', 'ab', '00A0']) expect(parseBase45(text)).toBeUndefined();
});

test.each(['1817', '190001', '9f01ff', 'a201010101', 'a2020101ff', 'f5', 'fa00000000', '0102', '61ff', '5b0000000100000000'])(
  'CBOR that is not deterministic or not used here is refused: %s',
  (hex) => expect(parseCbor(fromHex(hex))).toBeUndefined(),
);

test('the letters beside the number are those that the server prints', async () => {
  const letters = await checkLetters({ number: '12-2026-000001', salt: new Uint8Array(16) });
  expect(letters).toMatch(/^[A-HJ-NP-Z2-9]{6}$/);
});
