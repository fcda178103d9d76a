// Plays one scenario: the verbs of tests/vectors/README.md that a client has part in.

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { approvalDigest, derivedId, type Edit, type Shown } from '../../src/sync';
import type { TrialServer } from '../journeys/server';
import { Actor } from './actor';
import { fits, spanMs, Words, type Json, type Members } from './words';

export interface Scenario {
  name: string;
  alone?: boolean;
  clock?: boolean;
  people?: { [name: string]: [role: string, unit: string][] };
  devices?: { [name: string]: string };
  ids?: { [name: string]: string[] };
  steps: Members[];
}

const text = (value: Json | undefined): string => String(value ?? '');
const members = (value: Json | undefined): Members => (value ?? {}) as Members;

export class Play {
  private readonly words = new Words();
  private readonly actors = new Map<string, Actor>();
  private readonly copies = new Map<string, Awaited<ReturnType<Actor['snapshot']>>>();
  readonly complaints: string[] = [];
  private place = '';

  constructor(
    private readonly scenario: Scenario,
    private readonly server: TrialServer,
  ) {}

  async run(): Promise<void> {
    const { people = {}, devices = {}, ids = {}, steps } = this.scenario;
    for (const [name, roles] of Object.entries(people)) await this.enter(name, roles);
    for (const [name, owner] of Object.entries(devices)) {
      const { person } = this.actor(owner);
      await this.join(name, person, this.server.invitePerson(person).code);
    }
    for (const [name, from] of Object.entries(ids)) await this.words.derive(name, from);
    for (const [index, step] of steps.entries()) {
      this.place = `step ${index + 1} ${JSON.stringify(step).slice(0, 120)}`;
      await this.step(step);
    }
  }

  private async enter(name: string, roles: [string, string][]): Promise<void> {
    const [[role, unit], ...more] = roles as [[string, string], ...[string, string][]];
    const { code, person } = this.server.invite(name, role, unit);
    for (const [further, where] of more) this.server.run('role', 'grant', '--person', person, '--role', further, '--unit', where);
    this.words.person(name, person);
    await this.join(name, person, code);
  }

  private async join(name: string, person: string, code: string): Promise<void> {
    const actor = new Actor(() => this.server.address, person);
    await actor.join(code, name);
    this.actors.set(name, actor);
  }

  private actor(name: Json | undefined): Actor {
    return this.actors.get(text(name))!;
  }

  private expect(expected: Json, found: Json, what: string): void {
    if (fits(expected, found)) return;
    this.complaints.push(`${this.place}: ${what} should be ${JSON.stringify(expected)} and is ${JSON.stringify(found)}`);
  }

  private async step(step: Members): Promise<void> {
    const verb = Object.keys(step).find((name) => name in this.verbs)!;
    await this.verbs[verb as keyof typeof this.verbs]!(step);
  }

  private readonly verbs = {
    save: async (step: Members) => {
      const change = members(this.words.said(step['change']!));
      await this.approve(this.actor(step['save']), change);
      await this.actor(step['save']).save(change as unknown as Edit);
    },
    sync: async (step: Members) => {
      const expected: Members = { outcome: 'done', verdicts: [], ...members(this.words.said(step['expect'] ?? {})) };
      if (expected['verdicts'] === '*') delete expected['verdicts'];
      this.expect(expected, await this.actor(step['sync']).sync(), 'the sync');
    },
    bundle: async (step: Members) => {
      const bundle = await this.actor(step['bundle']).client.exportUnsent();
      const { identity } = (await this.actor(step['carrier']).snapshot()).state;
      const headers = { 'Content-Type': 'application/jose', Authorization: `Bearer ${identity!.token}` };
      const answer = await fetch(`${this.server.address}/v1/bundles`, { method: 'POST', headers, body: bundle! });
      const said = await answer.text();
      this.expect(this.words.said(step['answer'] ?? {}), { ...JSON.parse(said), status: answer.status }, 'the answer');
      if ('returns' in step) this.expect(step['returns']!, await this.actor(step['bundle']).takeReceipt(said), 'taking the receipt');
    },
    grant: (step: Members) => this.role('grant', step),
    withdraw: (step: Members) => this.role('withdraw', step),
    revoke: async (step: Members) => {
      const { identity } = (await this.actor(step['revoke']).snapshot()).state;
      this.server.run('device', 'revoke', identity!.device, ...(step['stolen'] ? ['--stolen'] : []));
    },
    copy: async (step: Members) => {
      this.copies.set(text(step['as']), structuredClone(await this.actor(step['copy']).snapshot()));
    },
    put_back: (step: Members) => this.actor(step['put_back']).putBack(this.copies.get(text(step['from']))!),
    clone: async (step: Members) => {
      this.actors.set(text(step['as']), await this.actor(step['clone']).clone());
    },
    forget_sent: (step: Members) => this.actor(step['forget_sent']).forgetSent(),
    clock: async (step: Members) => {
      this.actor(step['clock']).skewMs = spanMs(text(step['skew']));
    },
    backup: async (step: Members) => {
      this.server.run('backup', '--to', this.backupFile(step['backup']));
    },
    restore: (step: Members) => this.server.restore(this.backupFile(step['restore'])),
    holds: async (step: Members) => {
      const shown = await this.actor(step['holds']).shown();
      for (const [name, expected] of Object.entries(members(step['records']))) {
        const found = shown.find(({ id }) => id === this.words.record(name));
        this.expect(this.words.said(expected), (found ?? null) as unknown as Json, `${name} at ${text(step['holds'])}`);
      }
    },
    same: async (step: Members) => {
      const [a, b] = (step['same'] as string[]).map((name) => this.actor(name)) as [Actor, Actor];
      for (const name of step['records'] as string[]) {
        const of = async (actor: Actor) => (await actor.shown()).find(({ id }) => id === this.words.record(name));
        const plain = (one: Shown | undefined) => JSON.parse(JSON.stringify(one ? [one.collection, one.unit, one.version, Object.entries(one.fields).sort()] : null));
        this.expect(plain(await of(a)), plain(await of(b)), `${name} at the second`);
      }
    },
    decide: async (step: Members) => {
      const actor = this.actor(step['decide']);
      const where = this.words.said(step['where'] ?? {});
      const record = (await this.ours(actor, text(step['in']))).find(({ fields }) => fits(where, fields));
      if (!record) return void this.complaints.push(`${this.place}: nothing to decide on`);
      const set = members(this.words.said(step['set']!));
      await actor.save({ collection: record.collection, record: record.id, base: record.version, set });
    },
    cases: (step: Members) => this.listed(this.actor(step['cases']), 'case', step),
    quarantine: (step: Members) => this.listed(this.actor(step['quarantine']), 'quarantine', step),
    returned: (step: Members) => this.listed(this.actor(step['returned']), 'returned_change', step),
  };

  static canPlay({ clock, steps }: Scenario): boolean {
    return !clock && steps.every((step) => !('post' in step) && !('pass' in step));
  }

  private backupFile(name: Json | undefined): string {
    return join(tmpdir(), `suoi-vector-${process.pid}-${this.scenario.name.replace(/\W+/g, '-').slice(0, 40)}-${text(name)}`);
  }

  private async role(verb: string, step: Members): Promise<void> {
    const { person } = this.actor(step[verb]);
    this.server.run('role', verb, '--person', person, '--role', text(step['role']), '--unit', text(step['unit']));
  }

  /** An approval carries the digest of what its author saw. */
  private async approve(actor: Actor, change: Members): Promise<void> {
    const set = members(change['set']);
    const of = members(set['digest'])['approval_of'] as string[] | undefined;
    if (!of) return;
    const [activity, person] = of as [string, string];
    const participation = await derivedId('participation', activity, person);
    const all = (await actor.shown()).filter(({ collection }) => collection === 'attendance');
    const voided = new Set(all.map(({ fields }) => fields['voids']));
    const times = all
      .filter(({ id, fields }) => fields['participation'] === participation && !voided.has(id))
      .map(({ id, fields }) => ({ id, from: Number(fields['from']), to: Number(fields['to']) }));
    set['digest'] = await approvalDigest(activity, person, times);
  }

  /** Those about this scenario: others play on the same server. */
  private async ours(actor: Actor, collection: string): Promise<Shown[]> {
    const about = collection === 'case' ? 'subject' : 'record';
    return (await actor.shown()).filter(({ collection: of, fields }) => {
      if (of !== collection) return false;
      const subject = fields[about];
      if (Array.isArray(subject)) return subject.every((id) => this.words.knows(id));
      return this.words.knows(subject) || this.words.knows(fields['author']);
    });
  }

  private async listed(actor: Actor, collection: string, step: Members): Promise<void> {
    const found = (await this.ours(actor, collection)).map(({ fields }) => fields as Json);
    this.expect({ any_order: this.words.said(step['are'] ?? []) }, found, collection);
  }
}
