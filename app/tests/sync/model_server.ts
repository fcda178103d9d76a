// A small server written from the protocol, with one rule for all fields (the last to arrive wins), for the properties.

import { createHash } from 'node:crypto';
import { canonical } from '../../src/sync/canonical';
import type { Change, Value } from '../../src/sync/types';

const EPOCH_STEP = 2 ** 32;

interface ModelRecord {
  id: string;
  collection: string;
  unit: string;
  stream: string;
  version: number;
  position: number;
  live: boolean;
  fields: { [name: string]: Value };
  written: { [name: string]: { version: number; device: string } };
}

interface ModelLife {
  acked: number;
  digests: string[];
  verdicts: { [seq: number]: { seq: number; verdict: string; code?: string } };
}

interface Data {
  epoch: number;
  next: number;
  records: Map<string, ModelRecord>;
  lives: Map<string, ModelLife>;
  /** The mark of every change that took effect or was kept aside, as often as it did. */
  history: string[];
  lost: number;
}

export interface Answer {
  status: number;
  body: { [member: string]: unknown };
}

const problem = (status: number, code: string, extra: object = {}): Answer => ({ status, body: { code, ...extra } });
const digestOf = (change: Change) => createHash('sha256').update(canonical(change as unknown as Value)).digest('hex');

export function streamSum(records: Iterable<{ id: string; version: number }>): string {
  let sum = 0n;
  for (const { id, version } of records) {
    sum += createHash('sha256').update(`${id}:${version}`).digest().readBigUInt64BE(0);
  }
  return BigInt.asUintN(64, sum).toString(16).padStart(16, '0');
}

export class ModelServer {
  data: Data = { epoch: 0, next: 1, records: new Map(), lives: new Map(), history: [], lost: 0 };
  pageSize = 3;
  /** Removals up to this position are forgotten. */
  forgotten = 0;
  requests = 0;
  bodyLimit = Infinity;
  /** How often each refusal was given, so that a property can tell that it has seen them. */
  readonly refusals = new Map<string, number>();

  constructor(readonly streams: string[]) {}

  backup(): Data {
    return structuredClone(this.data);
  }

  restore(backup: Data): void {
    const epoch = this.data.epoch + 1;
    this.data = structuredClone(backup);
    this.data.epoch = epoch;
    this.data.next = Math.max(this.data.next, epoch * EPOCH_STEP + 1);
  }

  live(stream: string): ModelRecord[] {
    return [...this.data.records.values()].filter((record) => record.live && record.stream === stream);
  }

  sync(device: string, request: any): Answer {
    this.requests++;
    const changes: Change[] = request.changes;
    if (JSON.stringify(request).length > this.bodyLimit) return problem(413, 'too_large', { limit_name: 'body_bytes' });
    const key = `${device}/${request.incarnation}`;
    const life = this.data.lives.get(key) ?? { acked: 0, digests: [], verdicts: {} };
    const refusal = this.refuse(life, request, changes);
    if (refusal) {
      const code = String(refusal.body['code']);
      this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
      return refusal;
    }
    this.data.lives.set(key, life);
    if (request.lost && request.lost[0] <= life.acked + 1 && request.lost[1] > life.acked) {
      this.data.lost += request.lost[1] - life.acked;
      while (life.acked < request.lost[1]) life.digests[++life.acked] = 'lost';
    }
    for (const change of changes) {
      if (change.seq !== life.acked + 1) continue;
      life.digests[++life.acked] = digestOf(change);
      this.take(device, change, life);
    }
    return { status: 200, body: this.answer(request, changes, life) };
  }

  private refuse(life: ModelLife, request: any, changes: Change[]): Answer | undefined {
    const expected = life.acked + 1;
    if (request.epoch !== undefined && request.epoch !== String(this.data.epoch)) {
      const heads: { [stream: string]: number } = {};
      for (const { stream, position } of this.data.records.values()) {
        if (position <= this.data.epoch * EPOCH_STEP) heads[stream] = Math.max(heads[stream] ?? 0, position);
      }
      return problem(409, 'server_restored', { epoch: String(this.data.epoch), expected, heads });
    }
    const old = this.streams.filter((stream) => {
      const cursor = request.epoch === undefined ? 0 : (request.cursors[stream] ?? 0);
      return cursor > 0 && cursor < this.forgotten;
    });
    if (old.length > 0) return problem(410, 'cursor_too_old', { streams: old });
    let onlyRepeats = changes.length > 0;
    for (const change of changes) {
      if (change.seq > life.acked) onlyRepeats = false;
      else if (life.digests[change.seq] !== digestOf(change)) return problem(409, 'device_forked', { at: change.seq });
    }
    if (life.acked > request.last && !onlyRepeats) return problem(409, 'device_forked', { at: request.last + 1 });
    const first = changes.find(({ seq }) => seq > life.acked);
    const acked = request.lost ? Math.max(life.acked, request.lost[1]) : life.acked;
    if (first && first === changes[0] && first.seq > acked + 1) return problem(409, 'sequence_gap', { expected });
    return undefined;
  }

  private take(device: string, change: Change, life: ModelLife): void {
    const set = change.set ?? {};
    if (typeof set['mark'] === 'string') this.data.history.push(set['mark']);
    const known = this.data.records.get(change.record);
    if (set['bad'] === true) return this.quarantine(life, change, 'bad_value');
    if (!known && (change.base > 0 || !set['unit'])) return this.quarantine(life, change, 'unknown_record');
    if (known && !known.live) return this.quarantine(life, change, 'record_deleted');
    const fresh = { version: 0, live: true, fields: {}, written: {}, position: 0 };
    const record: ModelRecord =
      known ?? { ...fresh, id: change.record, collection: change.collection, unit: '', stream: '' };
    if (!known) this.data.records.set(record.id, record);
    record.version = Math.max(record.version, this.data.epoch * EPOCH_STEP) + 1;
    record.position = this.data.next++;
    if (change.delete) {
      record.live = false;
      return;
    }
    let merged = false;
    const write = (name: string, value: Value | undefined) => {
      const before = record.written[name];
      merged ||= before !== undefined && before.version > change.base && before.device !== device;
      record.written[name] = { version: record.version, device };
      if (value === null || value === undefined) delete record.fields[name];
      else record.fields[name] = value;
    };
    for (const [name, value] of Object.entries(set)) {
      if (name === 'unit') record.unit = record.stream = String(value);
      else write(name, value);
    }
    for (const [name, by] of Object.entries(change.inc ?? {})) write(name, Number(record.fields[name] ?? 0) + by);
    if (merged) life.verdicts[change.seq] = { seq: change.seq, verdict: 'merged' };
  }

  private quarantine(life: ModelLife, change: Change, code: string): void {
    life.verdicts[change.seq] = { seq: change.seq, verdict: 'quarantined', code };
  }

  private settle(changes: Change[], life: ModelLife): [string, number, string][] {
    const touched = new Map<string, { base: number; count: number; plain: boolean }>();
    for (const change of changes.filter(({ seq }) => seq <= life.acked)) {
      const base = change.base || this.data.epoch * EPOCH_STEP;
      const one = touched.get(change.record) ?? { base, count: 0, plain: true };
      one.count++;
      one.plain &&= !life.verdicts[change.seq];
      touched.set(change.record, one);
    }
    const settled: [string, number, string][] = [];
    for (const [id, { base, count, plain }] of touched) {
      const record = this.data.records.get(id);
      if (plain && record?.live && record.version === base + count) settled.push([id, record.version, record.stream]);
    }
    return settled;
  }

  private answer(request: any, changes: Change[], life: ModelLife): { [member: string]: unknown } {
    const settled = this.settle(changes, life);
    const own = new Set(settled.map(([id]) => id));
    const ownDeletes = new Set(changes.filter((change) => change.delete).map((change) => change.record));
    const body = {
      epoch: String(this.data.epoch),
      clock: 0,
      acked: life.acked,
      safe: 0,
      receipt: `${life.acked}`,
      verdicts: changes.flatMap(({ seq }) => life.verdicts[seq] ?? []),
      settled,
      records: [] as object[],
      removed: [] as object[],
      streams: this.streams,
      cursors: {} as { [stream: string]: number },
      sums: {} as { [stream: string]: string },
      more: false,
    };
    let room = this.pageSize;
    for (const stream of this.streams) {
      const all = [...this.data.records.values()].filter((record) => record.stream === stream);
      const head = Math.max(0, ...all.map(({ position }) => position));
      if (head === 0) continue;
      const given = request.epoch === undefined ? 0 : (request.cursors[stream] ?? 0);
      const after = given <= head ? given : 0;
      const due = all.filter(({ position }) => position > after).sort((a, b) => a.position - b.position);
      const page = due.slice(0, room);
      room -= page.length;
      for (const { id, collection, version, unit, fields, live } of page) {
        if (live && !own.has(id)) body.records.push({ id, collection, version, unit, stream, fields: { ...fields } });
        if (!live && !ownDeletes.has(id)) body.removed.push({ id, version, stream });
      }
      if (page.length < due.length) {
        if (page.length > 0) body.cursors[stream] = page[page.length - 1]!.position;
        body.more = true;
        break;
      }
      body.cursors[stream] = head;
      body.sums[stream] = streamSum(this.live(stream));
    }
    return body;
  }
}
