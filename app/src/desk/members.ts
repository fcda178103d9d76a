// The server's part of looking after devices and roles: /v1/devices and /v1/roles. The last list stays on this computer.

import * as v from 'valibot';
import { client } from '../shell/model';
import { ask, refusalOf, type Refusal } from './ask';

const Device = v.object({
  device: v.string(),
  person: v.string(),
  name: v.string(),
  platform: v.string(),
  last_seen: v.number(),
  until: v.nullable(v.number()),
  revoked: v.boolean(),
  own: v.boolean(),
});
export type Device = v.InferOutput<typeof Device>;

const List = v.object({ items: v.array(Device) });
const Kept = v.object({ at: v.number(), items: v.array(Device) });
/** As the server gave it at a time. */
export type DeviceList = v.InferOutput<typeof Kept>;

const KEY = 'devices';

export async function keptDevices(): Promise<DeviceList | undefined> {
  const kept = v.safeParse(Kept, await client.store.meta(KEY));
  return kept.success ? kept.output : undefined;
}

/** Those of everybody whom this person may invite, and their own; without an answer the last one that came. */
export async function devices(): Promise<DeviceList | Refusal> {
  const answer = await ask('GET', '/v1/devices');
  const list = v.safeParse(List, answer?.body);
  if (answer?.status !== 200 || !list.success) return (await keptDevices()) ?? refusalOf(answer?.status);
  const fresh = { at: Date.now(), items: list.output.items };
  await client.store.setMeta(KEY, fresh);
  return fresh;
}

const done = async (method: string, path: string, body?: unknown): Promise<Refusal | undefined> => {
  const answer = await ask(method, path, body);
  return answer && answer.status < 300 ? undefined : refusalOf(answer?.status);
};

/** Each of these gives nothing where it was done. */
export const revokeDevice = (device: string, stolen: boolean): Promise<Refusal | undefined> =>
  done('DELETE', `/v1/devices/${encodeURIComponent(device)}${stolen ? '?stolen=true' : ''}`);

export const giveRole = (wish: { person: string; role: string; units: string[]; organisation?: string }): Promise<Refusal | undefined> =>
  done('POST', '/v1/roles', wish);

export const endRole = (id: string): Promise<Refusal | undefined> => done('DELETE', `/v1/roles/${encodeURIComponent(id)}`);
