// What the screens read: the local store as signals, and the acts that change it.

import { computed, effect, signal } from '@preact/signals';
import {
  overlay,
  SyncClient,
  unsentCount,
  type Edit,
  type Entry,
  type Outcome,
  type Role,
  type Shown,
  type Snapshot,
} from '../sync';
import { isoDate, sortedBy } from './format';
import { texts } from './language';
import { nameProfile, otherProfiles, presentStore } from './profiles';
import { sendLater } from './send_later';
import { say } from './toast';

export const client = new SyncClient(presentStore);

const snapshot = signal<Snapshot | undefined>(undefined);
export const syncing = signal(false);
export const outcome = signal<Outcome | undefined>(undefined);

export const ready = computed(() => snapshot.value !== undefined);
export const state = computed(() => snapshot.value!.state);
export const entries = computed<Entry[]>(() => snapshot.value?.entries ?? []);
export const identity = computed(() => snapshot.value?.state.identity);
export const unsent = computed(() => (snapshot.value ? unsentCount(snapshot.value.state) : 0));
export const shown = computed(() => {
  const { records = [], entries = [], state } = snapshot.value ?? {};
  return overlay(records, entries, state?.identity?.person);
});

/** What somebody has joined to another record is read as that one, and listed nowhere. */
const collections = computed(() => {
  const found = new Map<string, Shown[]>();
  for (const record of shown.value.values()) {
    if (record.fields['same_as']) continue;
    const list = found.get(record.collection);
    if (list) list.push(record);
    else found.set(record.collection, [record]);
  }
  return found;
});

export const all = (collection: string): readonly Shown[] => collections.value.get(collection) ?? [];
/** The record that shows for this one, where they were joined; else itself. */
const headOf = (id: unknown): string => String(shown.value.get(String(id))?.fields['same_as'] ?? id);
export const find = (id: unknown): Shown | undefined => shown.value.get(headOf(id)) ?? shown.value.get(String(id));

/** Records by the value of a reference, for example attendance by participation. */
export function grouped(collection: string, field: string): Map<string, Shown[]> {
  const groups = new Map<string, Shown[]>();
  for (const record of all(collection)) {
    const key = headOf(record.fields[field]);
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return groups;
}

/** Observations without those that another one replaces. */
export function standing(records: readonly Shown[]): Shown[] {
  const voided = new Set(records.map(({ fields }) => fields['voids']));
  return records.filter(({ id }) => !voided.has(id));
}

export const text = (record: Shown | undefined, field: string): string => {
  const value = record?.fields[field];
  return typeof value === 'string' ? value : '';
};
export const number = (record: Shown | undefined, field: string): number => Number(record?.fields[field] ?? 0);

const unitNames = signal<{ [unit: string]: string }>({});
export const unitName = (unit: string): string => unitNames.value[unit] ?? unit.replace(/^\d+:/, '');

effect(() => {
  const name = text(find(identity.value?.person), 'full_name');
  if (name) nameProfile(name);
});

/** Roles as the server has them now; those of the enrolment until the first sync has brought them. */
const roles = computed<Role[]>(() => {
  const me = identity.value?.person;
  const today = isoDate(Date.now());
  const assigned = all('role_assignment').filter((one) => one.fields['person'] === me);
  if (assigned.length === 0) return identity.value?.roles ?? [];
  return assigned
    .filter((one) => !one.fields['ended_at'] && (!text(one, 'to') || text(one, 'to') >= today))
    .map((one) => ({ role: text(one, 'role'), unit: one.unit, organisation: text(one, 'organisation') || null }));
});
const roleNames = computed(() => new Set(roles.value.map(({ role }) => role)));
export const hasRole = (...roles: string[]): boolean => roles.some((role) => roleNames.value.has(role));

/** Communes where the person has one of these roles, by name. */
export function communesOf(...wanted: string[]): string[] {
  const held = roles.value.filter(({ role }) => wanted.length === 0 || wanted.includes(role));
  const units = new Set<string>();
  for (const { unit } of held) {
    if (unit.length > '2025:12'.length) units.add(unit);
    else for (const stream of state.value.streams) if (/^\d+:\d{5}$/.test(stream)) units.add(stream);
  }
  return sortedBy([...units], unitName);
}

export const organisationIn = (unit: string): string | undefined =>
  roles.value.find((role) => role.unit === unit && role.organisation)?.organisation ??
  roles.value.find((role) => role.organisation)?.organisation ??
  undefined;

const photos = () => import('../photos/send');
const countPhotos = () => void photos().then(({ countWaiting }) => countWaiting(client)).catch(() => undefined);

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(presentStore) : undefined;

let refreshing: Promise<void> | undefined;
let stale = false;
/** Reads the store anew; calls that come while it reads are answered by one more reading. */
export function refresh(): Promise<void> {
  stale = true;
  refreshing ??= (async () => {
    while (stale) {
      stale = false;
      snapshot.value = await client.store.snapshot();
    }
  })().finally(() => (refreshing = undefined));
  return refreshing;
}

export async function openModel(): Promise<void> {
  client.onChange = () => {
    channel?.postMessage('changed');
    void refresh();
  };
  channel?.addEventListener('message', () => void refresh());
  snapshot.value = await client.open();
  unitNames.value = (await client.store.meta<{ [unit: string]: string }>('units')) ?? {};
}

/** The names of the communes of provinces ("2025:12"); each is fetched once. */
export async function loadProvinces(provinces: string[]): Promise<void> {
  const missing = provinces.filter((province) => !unitNames.value[province]);
  for (const province of missing) {
    const answer = await fetch(`/units/${province.replace(':', '-')}.json`).catch(() => undefined);
    if (answer?.ok) unitNames.value = { ...unitNames.value, ...(await answer.json()) };
  }
  if (missing.length > 0) await client.store.setMeta('units', unitNames.value);
}

export const loadUnitNames = (): Promise<void> =>
  loadProvinces(state.value.streams.filter((stream) => /^\d+:\d{2}$/.test(stream)));

let protectionAsked = false;

/** Resolves when the edits are on disk; the first time the browser is asked never to clear the store by itself. */
export async function save(edits: Edit[], draft?: string): Promise<void> {
  try {
    await client.save(edits, draft);
  } catch (fault) {
    say(texts.value.saveFailed);
    throw fault;
  }
  if (!protectionAsked) void navigator.storage?.persist?.();
  protectionAsked = true;
  await refresh();
  countPhotos();
  void syncNow();
}

/** What was taken along for others; few phones ever carry anything. */
async function deliver(): Promise<void> {
  const { store } = client;
  if (await store.meta('carried')) await (await import('../sync/carry')).deliverCarried(store, (path, init) => fetch(path, init));
}

/** The phone is shared: what others have left unsent goes out, too, while there is a signal. */
async function sendForOthers(): Promise<void> {
  for (const { store } of otherProfiles()) {
    const other = new SyncClient(store);
    if (unsentCount(await other.store.state()) > 0) await other.sync();
    await (await photos()).sendPhotos(other);
    await other.store.close();
  }
}

/** What comes after the sync itself, and must not make anybody wait for it. */
async function followUp(result: Outcome): Promise<void> {
  try {
    await (await photos()).afterSync(client, result, unsent.value);
    if (result.kind !== 'done') return;
    await deliver();
    await loadUnitNames();
    await sendForOthers();
  } catch {
    // The next sync does what is left.
  }
}

let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
const CALM_MS = 5 * 60_000;
const FIRST_RETRY_MS = 5_000;
const RETRY_MAX_MS = 10 * 60_000;

function pause(result: Outcome): number {
  const jitter = 0.5 + Math.random();
  if (result.kind === 'wait') return result.ms;
  if (result.kind === 'no_answer') return Math.min(FIRST_RETRY_MS * 2 ** failures, RETRY_MAX_MS) * jitter;
  return CALM_MS * jitter;
}

export async function syncNow(): Promise<Outcome | undefined> {
  if (!identity.value) return undefined;
  clearTimeout(timer);
  syncing.value = true;
  try {
    const result = await client.sync();
    failures = result.kind === 'no_answer' ? failures + 1 : 0;
    outcome.value = result;
    if (result.kind === 'no_answer' && unsent.value > 0) void sendLater();
    clearTimeout(timer);
    timer = setTimeout(() => void syncNow(), pause(result));
    void followUp(result);
    return result;
  } finally {
    await refreshing; // the client has asked for it when its run ended
    syncing.value = false;
  }
}

/** Syncs when the app opens, the signal comes back or the person looks at it again. */
export function watchSignal(): void {
  addEventListener('online', () => {
    failures = 0; // what failed without signal says nothing about the one that came
    void syncNow();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void syncNow();
  });
  countPhotos();
  void syncNow();
}
