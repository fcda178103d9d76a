// tus-js-client as it comes from the registry, against the real server over a link that breaks.

import { createHash } from 'node:crypto';
import * as tus from 'tus-js-client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Device } from '../journeys/device';
import { CuttingLink } from './cutting_link';
import { jpeg } from './pictures';
import { RealServer } from './real_server';

const PA_U = '2025:03442';
const nameOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

let server: RealServer;
let link: CuttingLink;
let address: string;
let token: string;

beforeEach(async () => {
  server = new RealServer();
  server.run('init');
  link = new CuttingLink(await server.serve());
  address = await link.start();
  const { code } = server.run('invite', '--name', 'Lò Thị Hoa', '--role', 'volunteer', '--unit', PA_U);
  const device = await Device.joined(address, code);
  token = (await device.client.store.state()).identity!.token;
});

afterEach(async () => {
  link.stop();
  await server.remove();
});

interface Sent {
  /** Where each request with bytes began. */
  offsets: number[];
  url: string;
}

/** Sends with the client's own defaults: the whole file in one request, again where that fails. */
function send(bytes: Buffer, options: Partial<tus.UploadOptions> = {}): Promise<Sent> {
  const offsets: number[] = [];
  return new Promise((done, fail) => {
    const upload = new tus.Upload(bytes, {
      endpoint: `${address}/v1/files/`,
      metadata: { filetype: 'image/jpeg', sha256: nameOf(bytes) },
      headers: { Authorization: `Bearer ${token}` },
      retryDelays: [200, 200, 400, 800, 1600],
      onBeforeRequest: (request) => {
        if (request.getMethod() === 'PATCH') offsets.push(Number(request.getHeader('Upload-Offset')));
      },
      onSuccess: () => done({ offsets, url: upload.url! }),
      onError: fail,
      ...options,
    });
    upload.start();
  });
}

async function read(bytes: Buffer): Promise<Buffer> {
  const answer = await fetch(`${address}/v1/files/${nameOf(bytes)}`, { headers: { Authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

const head = (url: string) =>
  fetch(url, { method: 'HEAD', headers: { Authorization: `Bearer ${token}`, 'Tus-Resumable': '1.0.0' } });

const offsetOf = async (url: string) => Number((await head(url)).headers.get('Upload-Offset'));

const isWhole = async (bytes: Buffer) => {
  expect((await read(bytes)).equals(bytes)).toBe(true);
  const check = server.run('check');
  expect(check.ok).toBe(true);
  expect(check.files).toBe(1);
};

test('a file goes up whole, and in parts of the size that the client likes', async () => {
  const picture = jpeg(300_000, 1);
  expect((await send(picture)).offsets).toEqual([0]);
  const other = jpeg(300_000, 2);
  expect((await send(other, { chunkSize: 100_000 })).offsets).toEqual([0, 100_000, 200_000, 300_000]);
  expect((await read(other)).equals(other)).toBe(true);
});

test('when the link breaks in the middle, the client goes on over another connection at the byte where it broke', async () => {
  const picture = jpeg(2_000_000, 3);
  const broken = link.cut(1_234_567);
  const sent = send(picture);
  await broken;
  const connections = link.up.length;
  const { offsets } = await sent;
  // The head of the request is the rest of what went up before the cut.
  expect(offsets.at(-1)).toBeGreaterThan(1_234_567 - 2_000);
  expect(offsets.at(-1)).toBeLessThan(1_234_567);
  expect(link.up.length).toBeGreaterThan(connections);
  // Had it begun anew, there would be half as much again.
  expect(link.up.reduce((sum, bytes) => sum + bytes)).toBeLessThan(picture.length * 1.4);
  await isWhole(picture);
});

test('when the server is killed in the middle, the client goes on once it is back, and nothing promised is sent twice', async () => {
  const picture = jpeg(4_000_000, 4);
  const held = link.hold(2_500_000);
  let url = '';
  const remember = (_: tus.HttpRequest, answer: tus.HttpResponse) => void (url ||= answer.getHeader('Location') ?? '');
  const sent = send(picture, { onAfterResponse: remember });
  await held;
  let promised = 0;
  while (promised < 2_000_000) promised = await offsetOf(address + url);
  await server.kill();
  link.target = await server.serve();
  const { offsets } = await sent;
  expect(offsets.at(-1)).toBeGreaterThanOrEqual(promised);
  expect(offsets.at(-1)).toBeLessThanOrEqual(2_500_000);
  await isWhole(picture);
});

test('another start of the client goes on with an upload whose address it remembers', async () => {
  const picture = jpeg(1_000_000, 5);
  let url = '';
  const remember = (_: tus.HttpRequest, answer: tus.HttpResponse) => void (url ||= answer.getHeader('Location') ?? '');
  const broken = link.cut(600_000);
  const given = send(picture, { retryDelays: [], onAfterResponse: remember });
  await Promise.all([broken, expect(given).rejects.toThrow()]);
  const { offsets } = await send(picture, { uploadUrl: address + url });
  expect(offsets.at(-1)).toBeGreaterThan(590_000);
  await isWhole(picture);
});

test('a picture that carries EXIF is refused while it is sent', async () => {
  const picture = jpeg(3_000_000, 6, true);
  const refused = (await send(picture, { retryDelays: [], chunkSize: 65_536 }).catch((fault) => fault)) as tus.DetailedError;
  expect(refused.originalResponse?.getStatus()).toBe(422);
  expect(JSON.parse(refused.originalResponse!.getBody()).code).toBe('file_carries_exif');
  expect(server.run('check').files).toBe(0);
});

test('an upload that is ended is gone', async () => {
  const picture = jpeg(500_000, 7);
  let url = '';
  const remember = (_: tus.HttpRequest, answer: tus.HttpResponse) => void (url ||= answer.getHeader('Location') ?? '');
  const broken = link.cut(300_000);
  const given = send(picture, { retryDelays: [], onAfterResponse: remember });
  await Promise.all([broken, expect(given).rejects.toThrow()]);
  await tus.Upload.terminate(address + url, { headers: { Authorization: `Bearer ${token}` } });
  expect((await head(address + url)).status).toBe(404);
  // With its address gone the client begins anew by itself.
  expect((await send(picture, { uploadUrl: address + url })).offsets).toEqual([0]);
  await isWhole(picture);
});
