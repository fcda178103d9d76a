import { gzipSync } from 'node:zlib';
import { beforeEach, expect, test, vi } from 'vitest';
import { freshLists, keptLists, listsAt, parseBase58, placeOf, PURPOSES, readList, standingOf } from '../../src/checking/status_lists';
import { utf8, base64url } from '../../src/sync/bytes';
import { canonical } from '../../src/sync/canonical';
import type { Value } from '../../src/sync/types';

/** As a server made it. */
const MADE = {
  '@context': ['https://www.w3.org/ns/credentials/v2'],
  credentialSubject: {
    encodedList: 'uH4sIAAAAAAACA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA',
    id: 'https://127.0.0.1:18765/v1/status-lists/26121#list',
    statusPurpose: 'revocation',
    type: 'BitstringStatusList',
  },
  id: 'https://127.0.0.1:18765/v1/status-lists/26121',
  issuer: 'did:web:127.0.0.1%3A18765',
  proof: [
    {
      created: '2026-11-25T20:51:12Z',
      cryptosuite: 'eddsa-rdfc-2022',
      proofPurpose: 'assertionMethod',
      proofValue: 'z58Diz8d593YQ3QFnpTZBHcFYg3xVXAJVwMJZZB88iE2krjq2eUuCZQ1wBUrmfA7FJqrBsyBvTziHuUWBUSCzoryJ',
      type: 'DataIntegrityProof',
      verificationMethod: 'did:web:127.0.0.1%3A18765#z6MkkzKhPnZ1fYBxZV4RKMHomjM8whMYp5hibRXGVfg2inDJ',
    },
    {
      '@context': ['https://www.w3.org/ns/credentials/v2'],
      created: '2026-11-25T20:51:12Z',
      cryptosuite: 'eddsa-jcs-2022',
      proofPurpose: 'assertionMethod',
      proofValue: 'z4f5HaqzCccMoiTwV3WDkDWFgpxfgQXuA4wrSkQSRsX7YasvDUVnFZNMjU3tn4yuhYhXctEuXfLfZYWszru6NvShu',
      type: 'DataIntegrityProof',
      verificationMethod: 'did:web:127.0.0.1%3A18765#z6MkkzKhPnZ1fYBxZV4RKMHomjM8whMYp5hibRXGVfg2inDJ',
    },
  ],
  type: ['VerifiableCredential', 'BitstringStatusListCredential'],
  validFrom: '2026-11-25T20:51:12Z',
  validUntil: '2026-11-26T20:51:12Z',
};
const KEYS = [{ crv: 'Ed25519', kty: 'OKP', x: 'YRtBddH-ptbrp2F6LIDZ14nLQj-ytwO2V_Dj3z4LCXU' }];
const at = (time: string): number => Date.parse(time);

test('a list of the server is read with its key, and nothing of it can be changed', async () => {
  expect(await readList(MADE, '26121', KEYS)).toEqual({ at: at('2026-11-25T20:51:12Z'), bits: MADE.credentialSubject.encodedList.slice(1) });
  expect(await readList(MADE, '26122', KEYS)).toBeUndefined();
  expect(await readList(MADE, '26121', [{ ...KEYS[0]!, x: 'A'.repeat(43) }])).toBeUndefined();
  expect(await readList(MADE, '26121', [])).toBeUndefined();
  const subject = MADE.credentialSubject;
  const others = [
    { ...MADE, validFrom: '2026-11-26T20:51:12Z' },
    { ...MADE, issuer: 'did:web:example.org' },
    { ...MADE, credentialSubject: { ...subject, encodedList: subject.encodedList.replace('QAAA', 'QAAB') } },
    { ...MADE, proof: MADE.proof.slice(0, 1) },
    { ...MADE, proof: MADE.proof.map((one) => ({ ...one, created: '2026-11-26T20:51:12Z' })) },
    { ...MADE, proof: MADE.proof.map((one) => ({ ...one, proofValue: one.proofValue.replace(/.$/, 'v') })) },
    { ...MADE, more: true },
  ];
  for (const other of others) expect(await readList(other, '26121', KEYS)).toBeUndefined();
  for (const said of [null, [], 'x', {}]) expect(await readList(said, '26121', KEYS)).toBeUndefined();
});

test('the place of a certificate follows from its number', () => {
  expect(placeOf('12-2026-000001')).toEqual({ group: '2612', index: 0 });
  expect(placeOf('19-2031-123456')).toEqual({ group: '3119', index: 123_455 });
  for (const number of ['12-2026-1', '12-1999-000001', '12-2026-00001x', '']) expect(placeOf(number)).toBeUndefined();
});

test('base58 is read only where it has the right length', () => {
  expect(parseBase58('z2j', 1)).toEqual(new Uint8Array([100]));
  expect(parseBase58('z1', 64)).toEqual(new Uint8Array(64));
  for (const text of ['', 'z', 'x2j', 'z0', 'zzzzz']) expect(parseBase58(text, 1)?.length ?? 0).toBeLessThanOrEqual(1);
  expect(parseBase58('z5R', 1)).toBeUndefined();
});

const ISSUED = at('2026-11-20T00:00:00Z');
const MADE_AT = '2026-11-25T08:00:00Z';
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

function base58(bytes: Uint8Array): string {
  let number = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  for (; number > 0n; number /= 58n) text = BASE58[Number(number % 58n)] + text;
  return `z${text}`;
}

const digest = async (value: Value) => new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(canonical(value))));

/** A server of its own, which has set these bits. */
async function serve(set: { [list: string]: number[] }, bytes = 16_384) {
  const keys = (await crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify'])) as CryptoKeyPair;
  const sign = async (name: string) => {
    const bits = new Uint8Array(bytes);
    for (const index of set[name] ?? []) bits[index >> 3]! |= 128 >> (index & 7);
    const statusPurpose = Object.keys(PURPOSES)[Number(name.slice(-1)) - 1]!;
    const encodedList = `u${base64url(new Uint8Array(gzipSync(bits)))}`;
    const list = { id: `https://suoi.example/v1/status-lists/${name}`, validFrom: MADE_AT, credentialSubject: { type: 'BitstringStatusList', statusPurpose, encodedList } };
    const options = { cryptosuite: 'eddsa-jcs-2022', created: MADE_AT };
    const signed = new Uint8Array([...(await digest(options)), ...(await digest(list))]);
    const proofValue = base58(new Uint8Array(await crypto.subtle.sign({ name: 'Ed25519' }, keys.privateKey, signed)));
    return { ...list, proof: [{ ...options, proofValue }] };
  };
  vi.stubGlobal('fetch', async (path: string) => Response.json(await sign(path.split('/').at(-1)!)));
  return [await crypto.subtle.exportKey('jwk', keys.publicKey)];
}

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, text: string) => kept.set(key, text) });
});

test('what was withdrawn, suspended or replaced is known without signal, with its time', async () => {
  const keys = await serve({ '26121': [1, 2], '26122': [3], '26123': [2] });
  await freshLists(['2612'], keys);
  expect(listsAt()).toBe(at(MADE_AT));
  const standing = async (number: string) => (await standingOf(number, ISSUED))?.standing;
  expect(await standing('12-2026-000001')).toBe('in_force');
  expect(await standing('12-2026-000002')).toBe('revoked');
  expect(await standing('12-2026-000003')).toBe('superseded');
  expect(await standing('12-2026-000004')).toBe('suspended');
  expect(await standing('12-2026-200000')).toBeUndefined(); // beyond the list
  expect(await standing('14-2026-000001')).toBeUndefined(); // of a province whose lists are not here
  expect(await standingOf('12-2026-000001', at(MADE_AT) + 1)).toBeUndefined(); // issued after the list was made
  expect((await standingOf('12-2026-000002', at(MADE_AT) + 1))?.standing).toBe('revoked');
});

test('a list that others have signed, that is missing or that is no list is not kept, and what is kept stays', async () => {
  const keys = await serve({ '26121': [1] });
  await freshLists(['2612'], keys);
  await serve({});
  await freshLists(['2612'], keys);
  expect((await standingOf('12-2026-000002', ISSUED))?.standing).toBe('revoked');
  vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('no signal')));
  await freshLists(['2612'], keys);
  vi.stubGlobal('fetch', async () => new Response('<html>', { status: 200 }));
  await freshLists(['2612'], keys);
  expect(Object.keys(keptLists()).sort()).toEqual(['26121', '26122', '26123']);
  localStorage.setItem('status_lists', '{');
  expect(await standingOf('12-2026-000002', ISSUED)).toBeUndefined();
});

test('a list that inflates beyond any size is given up', async () => {
  await freshLists(['2612'], await serve({}, 2_097_152 + 8));
  expect(await standingOf('12-2026-000001', ISSUED)).toBeUndefined();
});
