// The device's key, what it signs, and sealing for the server's key (RFC 7515, 7516, 7518, 7638).

import { base64url, randomBytes, utf8, type Bytes } from './bytes';
import { canonical } from './canonical';

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' };

export async function newDeviceKey(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(CURVE, false, ['sign', 'verify']);
}

export async function publicJwk(key: CryptoKey): Promise<{ crv: string; kty: string; x: string; y: string }> {
  const { crv, kty, x, y } = await crypto.subtle.exportKey('jwk', key);
  return { crv: crv!, kty: kty!, x: x!, y: y! };
}

export async function thumbprint(key: CryptoKey): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', utf8(canonical(await publicJwk(key))));
  return base64url(new Uint8Array(digest));
}

/** A JWS in flattened JSON with the signer's key in its protected header. */
export async function signFlattened(keys: CryptoKeyPair, payload: string): Promise<string> {
  const head = base64url(JSON.stringify({ alg: 'ES256', jwk: await publicJwk(keys.publicKey) }));
  const body = base64url(payload);
  const signed = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, keys.privateKey, utf8(`${head}.${body}`));
  return JSON.stringify({ payload: body, protected: head, signature: base64url(new Uint8Array(signed)) });
}

/** Concat KDF of RFC 7518, section 4.6, for A256GCM without party information. */
async function agreedKey(secret: ArrayBuffer): Promise<Bytes> {
  const number = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  const algorithm = utf8('A256GCM');
  const input = Uint8Array.from([
    ...number(1),
    ...new Uint8Array(secret),
    ...number(algorithm.length),
    ...algorithm,
    ...number(0),
    ...number(0),
    ...number(256),
  ]);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', input));
}

/** A compact JWE (ECDH-ES, A256GCM) that only the holder of the server's key can open. */
export async function sealFor(serverKey: JsonWebKey & { kid?: string }, plain: string): Promise<string> {
  const agreement = { name: 'ECDH', namedCurve: 'P-256' };
  const { crv, kty, x, y } = serverKey;
  const theirs = await crypto.subtle.importKey('jwk', { crv, kty, x, y } as JsonWebKey, agreement, false, []);
  const own = await crypto.subtle.generateKey(agreement, false, ['deriveBits']);
  const secret = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, own.privateKey, 256);
  const key = await crypto.subtle.importKey('raw', await agreedKey(secret), 'AES-GCM', false, ['encrypt']);
  const header = { alg: 'ECDH-ES', enc: 'A256GCM', epk: await publicJwk(own.publicKey), kid: serverKey.kid };
  const head = base64url(JSON.stringify(header));
  const iv = randomBytes(12);
  const parameters = { name: 'AES-GCM', iv, additionalData: utf8(head) };
  const sealed = new Uint8Array(await crypto.subtle.encrypt(parameters, key, utf8(plain)));
  const text = sealed.subarray(0, sealed.length - 16);
  const tag = sealed.subarray(sealed.length - 16);
  return [head, '', base64url(iv), base64url(text), base64url(tag)].join('.');
}
