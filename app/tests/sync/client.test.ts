import 'fake-indexeddb/auto';
import { webcrypto } from 'node:crypto';
import { expect, test } from 'vitest';
import { approvalDigest, canonical } from '../../src/sync/canonical';
import { SyncClient } from '../../src/sync/client';
import { derivedId, newId } from '../../src/sync/ids';
import { unsentCount } from '../../src/sync/outbox';
import { SCHEMA_VERSION } from '../../src/sync/types';
import type { World } from '../../src/sync/run';
import { ModelServer } from './model_server';
import { Phone } from './phone';

const UNIT = '2025:03442';
const DAY_MS = 24 * 3600 * 1000;

async function onePhone(): Promise<{ server: ModelServer; phone: Phone }> {
  const server = new ModelServer([UNIT]);
  return { server, phone: await Phone.make('device-x', server) };
}

const need = (record: string, set = {}) => ({ collection: 'need', record, set: { unit: UNIT, ...set } });
const fromBase64url = (text: string) => Buffer.from(text, 'base64url');

test('canonical form sorts members and keeps ECMAScript numbers and texts', () => {
  expect(canonical({ b: [1e21, 0.5, null], a: { đ: 'é\n', A: true } })).toBe(
    '{"a":{"A":true,"đ":"é\\n"},"b":[1e+21,0.5,null]}',
  );
});

test('ids have their version, and derived ones follow from what they are of', async () => {
  expect(newId(Date.now())).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(newId(1) < newId(2)).toBe(true);
  const id = await derivedId('participation', newId(1), newId(2));
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
});

test('the digest of an approval does not depend on the order of the times', async () => {
  const a = { id: 'a', from: 1, to: 2 };
  const b = { id: 'b', from: 3, to: 4 };
  expect(await approvalDigest('x', 'y', [a, b])).toBe(await approvalDigest('x', 'y', [b, a]));
  expect(await approvalDigest('x', 'y', [a])).not.toBe(await approvalDigest('x', 'y', [a, b]));
});

test('texts are saved composed', async () => {
  const { phone } = await onePhone();
  await phone.client.save([need('r1', { note: 'Pa U\u0309' })]);
  expect((await phone.shown()).get('r1')!.fields['note']).toBe('Pa Ủ');
});

test('what came back is kept until it is put away, and a repair goes through', async () => {
  const { server, phone } = await onePhone();
  await phone.client.save([need('r1', { bad: true })]);
  await phone.sync();
  const returned = (await phone.snapshot()).entries.find((entry) => entry.verdict?.verdict === 'quarantined')!;
  expect(returned.verdict!.code).toBe('bad_value');
  expect((await phone.shown()).has('r1')).toBe(false);
  await phone.client.save([need('r1', { bad: false })]);
  await phone.client.putAway(returned.life, returned.seq);
  await phone.sync();
  expect(server.live(UNIT).map(({ id }) => id)).toEqual(['r1']);
  expect((await phone.snapshot()).entries.filter(({ handled }) => handled)).toHaveLength(1);
});

test('acknowledged changes stay for 60 days where no backup holds them', async () => {
  const { phone } = await onePhone();
  await phone.client.save([need('r1')]);
  await phone.sync();
  expect((await phone.snapshot()).entries).toHaveLength(1);
  phone.clock += 61 * DAY_MS;
  await phone.sync();
  expect((await phone.snapshot()).entries).toHaveLength(0);
});

test('500 unsent changes go out in batches, and halved where the server finds them too large', async () => {
  const { server, phone } = await onePhone();
  server.bodyLimit = 3000;
  server.pageSize = 100;
  const edits = Array.from({ length: 500 }, (_, i) => need(newId(i)));
  await phone.client.save(edits);
  await phone.client.store.write(async (transaction) => {
    const state: any = await transaction.objectStore('meta').get('state');
    state.identity.limits.changes = 5000;
    await transaction.objectStore('meta').put(state, 'state');
  });
  for (let i = 0; i < 3; i++) await phone.sync();
  expect(server.live(UNIT)).toHaveLength(500);
});

test('what neither a restored server nor the phone has any more is owned up to, and the rest goes on', async () => {
  const { server, phone } = await onePhone();
  const before = server.backup();
  await phone.client.save([need('r1')]);
  await phone.sync();
  phone.clock += 61 * DAY_MS;
  await phone.sync(); // the phone forgets what is old
  await phone.client.save([need('r2')]);
  server.restore(before);
  await phone.sync();
  expect([server.data.lost, server.live(UNIT).map(({ id }) => id)]).toEqual([1, ['r2']]);
  expect([...(await phone.shown()).keys()]).toEqual(['r2']);
});

test('changes that the server misses are sent again from where it says', async () => {
  const { server, phone } = await onePhone();
  await phone.client.save([need('r1')]);
  await phone.sync();
  server.restore(server.backup());
  server.data.lives.clear(); // the store lost the device, too
  server.data.records.clear();
  await phone.client.save([need('r2')]);
  await phone.sync();
  expect(server.live(UNIT).map(({ id }) => id).sort()).toEqual(['r1', 'r2']);
});

test('changes that an earlier version of the app numbered are sent as what they were', async () => {
  const { server, phone } = await onePhone();
  await phone.client.save([need('r1')]);
  await phone.client.store.write(async (transaction) => {
    for (const { schema: _, ...entry } of await transaction.objectStore('outbox').getAll()) {
      await transaction.objectStore('outbox').put(entry);
    }
  });
  await phone.client.save([need('r2')]);
  const spoken: [number, number][] = [];
  const sync = server.sync.bind(server);
  server.sync = (device, request) => {
    spoken.push([request.schema_version, request.changes.length]);
    return sync(device, request);
  };
  await phone.sync();
  expect(spoken).toEqual([
    [1, 1],
    [SCHEMA_VERSION, 1],
  ]);
  expect(server.live(UNIT)).toHaveLength(2);
});

test('a phone that was away too long gets its streams anew, forgets what went meanwhile, and sends its work', async () => {
  const { server, phone } = await onePhone();
  const other = await Phone.make('device-y', server);
  await phone.client.save([need('r1'), need('r2')]);
  await phone.sync();
  await other.sync();
  await other.client.save([{ collection: 'need', record: 'r1', delete: true, reason: 'twice' }]);
  await other.sync();
  server.forgotten = server.data.next - 1;
  await phone.client.save([need('r3')]);
  await phone.sync();
  expect(server.refusals.get('cursor_too_old')).toBe(1);
  expect([...(await phone.shown()).keys()].sort()).toEqual(['r2', 'r3']);
  expect(server.live(UNIT).map(({ id }) => id).sort()).toEqual(['r2', 'r3']);
});

test('a record that the phone lost is noticed and fetched again', async () => {
  const { phone } = await onePhone();
  await phone.client.save([need('r1'), need('r2')]);
  await phone.sync();
  await phone.client.store.write((transaction) => transaction.objectStore('records').delete('r1'));
  await phone.client.open();
  await phone.sync();
  expect([...(await phone.shown()).keys()].sort()).toEqual(['r1', 'r2']);
});

function clientThatGets(status: number, body: object, headers: { [name: string]: string } = {}) {
  const requests: RequestInit[] = [];
  const world: World = {
    fetch: async (_path, init) => {
      requests.push(init);
      return new Response(JSON.stringify(body), { status, headers });
    },
    now: () => 5,
    up: () => 5,
    random: () => 0.5,
    run: 'run',
  };
  return { client: new SyncClient(`answers-${Math.random()}`, world), requests };
}

const ENROLMENT = {
  device: 'd',
  token: 't',
  person: 'p',
  roles: [{ role: 'volunteer', unit: UNIT, organisation: null }],
  streams: [UNIT],
  limits: { changes: 5000, change_bytes: 65_536, body_bytes: 4_194_304 },
  schema_version: 1,
  epoch: 'e0',
  clock: 5,
  keys: { keys: [] as object[] },
  notice: { version: '1', text: 'x' },
};

test('enrolment is signed by a key that stays the same and cannot be taken out', async () => {
  const { client, requests } = clientThatGets(201, ENROLMENT);
  expect(await client.enrol('CODE', { name: 'Máy', platform: 'test' })).toEqual({ kind: 'enrolled' });
  await client.enrol('CODE', { name: 'Máy', platform: 'test' });
  const [first, second] = requests.map(({ body }) => JSON.parse(body as string));
  const header = JSON.parse(fromBase64url(first.protected).toString());
  const key = await webcrypto.subtle.importKey('jwk', header.jwk, { name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'verify',
  ]);
  const input = Buffer.from(`${first.protected}.${first.payload}`);
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  expect(await webcrypto.subtle.verify(algorithm, key, fromBase64url(first.signature), input)).toBe(true);
  expect(second.protected).toBe(first.protected);
  const keys = (await client.store.meta<CryptoKeyPair>('keys'))!;
  expect(keys.privateKey.extractable).toBe(false);
});

test('busy servers are left alone for the time they ask, with jitter', async () => {
  const { client } = clientThatGets(503, { code: 'overloaded' }, { 'Retry-After': '8' });
  await enrolled(client);
  expect(await client.sync()).toEqual({ kind: 'wait', ms: 10_000 });
});

test('a refused token keeps everything and asks to enrol again', async () => {
  const { client } = clientThatGets(401, { code: 'token_invalid' });
  await enrolled(client);
  await client.save([need('r1')]);
  expect(await client.sync()).toEqual({ kind: 'stopped', status: 401, code: 'token_invalid' });
  const { state, entries } = await client.store.snapshot();
  expect(entries).toHaveLength(1);
  expect(state.problem).toEqual({ status: 401, code: 'token_invalid' });
});

test('a revoked phone forgets only once everything has a receipt', async () => {
  const revoked = { code: 'device_revoked', acked: 0, receipt: 'r', wipe: true };
  const { client } = clientThatGets(403, revoked);
  await enrolled(client);
  await client.save([need('r1')]);
  await client.sync();
  expect((await client.store.snapshot()).entries).toHaveLength(1);
  expect(await client.signOut(false)).toBe(false);
  revoked.acked = 1;
  await client.sync();
  const { state, entries } = await client.store.snapshot();
  expect([entries.length, unsentCount(state), state.problem?.code]).toEqual([0, 0, 'device_revoked']);
});

test('the export file opens with the server’s key only, and holds the unsent changes', async () => {
  const agreement = { name: 'ECDH', namedCurve: 'P-256' };
  const server = await webcrypto.subtle.generateKey(agreement, true, ['deriveBits']);
  const jwk = { ...(await webcrypto.subtle.exportKey('jwk', server.publicKey)), use: 'enc', kid: 'k1' };
  const { client } = clientThatGets(201, { ...ENROLMENT, keys: { keys: [jwk] } });
  await client.enrol('CODE', { name: 'Máy', platform: 'test' });
  await client.save([need('r1')]);
  const [head, , iv, text, tag] = (await client.exportUnsent())!.split('.') as [string, string, string, string, string];
  const { epk, alg, enc, kid } = JSON.parse(fromBase64url(head).toString());
  expect([alg, enc, kid]).toEqual(['ECDH-ES', 'A256GCM', 'k1']);
  const theirs = await webcrypto.subtle.importKey('jwk', epk, agreement, false, []);
  const secret = await webcrypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, server.privateKey, 256);
  const info = Buffer.from('\0\0\0\x07A256GCM\0\0\0\0\0\0\0\0\0\0\x01\0', 'latin1');
  const derived = await webcrypto.subtle.digest('SHA-256', Buffer.concat([Buffer.from([0, 0, 0, 1]), Buffer.from(secret), info]));
  const key = await webcrypto.subtle.importKey('raw', derived, 'AES-GCM', false, ['decrypt']);
  const parameters = { name: 'AES-GCM', iv: fromBase64url(iv), additionalData: Buffer.from(head) };
  const plain = await webcrypto.subtle.decrypt(parameters, key, Buffer.concat([fromBase64url(text), fromBase64url(tag)]));
  const bundle = JSON.parse(fromBase64url(JSON.parse(Buffer.from(plain).toString()).payload).toString());
  expect(bundle.changes.map(({ record }: { record: string }) => record)).toEqual(['r1']);
});

async function enrolled(client: SyncClient): Promise<void> {
  await client.store.write(async (transaction) => {
    const { streams, limits, roles, notice } = ENROLMENT;
    const identity = { device: 'd', person: 'p', token: 't', roles, limits, serverKeys: [], notice, enrolledAt: 0 };
    const life = { incarnation: 'a'.repeat(32), last: 0, acked: 0, safe: 0 };
    const state = { identity, lives: [life], schemaVersion: 1, streams, held: {} };
    await transaction.objectStore('meta').put(state, 'state');
  });
}

test('a code that has to be compared shows its digits, and asking again lets the phone in', async () => {
  const answers = [{ status: 202, body: { comparison: '0417', ask_again_ms: 1 } }];
  const asked: string[] = [];
  const client = new SyncClient('comparing', {
    fetch: async (path, init) => {
      asked.push(`${path} ${JSON.parse(init.body as string).payload}`);
      const { status, body } = answers.shift() ?? { status: 403, body: { code: 'invitation_invalid' } };
      return new Response(JSON.stringify(body), { status });
    },
    now: () => 1,
    up: () => 1,
    random: () => 0,
    run: 'r',
  });
  const device = { name: 'Máy bàn', platform: 'test' };
  expect(await client.enrol('CODE', device)).toEqual({ kind: 'comparing', digits: '0417', askAgainMs: 1 });
  expect(await client.enrol('CODE', device)).toEqual({ kind: 'refused', code: 'invitation_invalid' });
  expect(asked[0]).toBe(asked[1]);
});

test('a sync that is asked for while another one gets no answer is not forgotten', async () => {
  const { phone } = await onePhone();
  await phone.client.save([need('r1')]);
  phone.link = 'request_lost'; // only the next request
  await Promise.all([phone.client.sync(), phone.client.sync()]);
  expect(unsentCount((await phone.snapshot()).state)).toBe(0);
});
