// What the server has signed.

import { utf8, type Bytes } from './bytes';

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' };

const fromBase64url = (text: string): Bytes =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0)) as Bytes;

/** The payload of a compact JWS (ES256) that one of these keys signed; nothing where none did. */
export async function openCompact(jws: string, keys: JsonWebKey[]): Promise<unknown> {
  const [head, body, signature, ...more] = jws.split('.');
  if (!head || !body || !signature || more.length > 0) return undefined;
  try {
    if (JSON.parse(new TextDecoder().decode(fromBase64url(head))).alg !== 'ES256') return undefined;
    for (const { crv, kty, x, y, use } of keys as (JsonWebKey & { use?: string })[]) {
      if (use === 'enc' || crv !== 'P-256') continue;
      const key = await crypto.subtle.importKey('jwk', { crv, kty: kty!, x: x!, y: y! }, CURVE, false, ['verify']);
      const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
      const fits = await crypto.subtle.verify(algorithm, key, fromBase64url(signature), utf8(`${head}.${body}`));
      if (fits) return JSON.parse(new TextDecoder().decode(fromBase64url(body)));
    }
  } catch {
    // what cannot be read was not signed by the server
  }
  return undefined;
}
