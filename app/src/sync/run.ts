// One run of the protocol: asks until nothing is left to send and everything is here, or until it has to stop.

import * as v from 'valibot';
import { ProblemBody, SyncAnswer } from './answer';
import { applyAnswer, marksOf } from './apply';
import { prune, unsentCount } from './outbox';
import { faster, nextBatch, post, slower, type Batch, type Fetch, type Pace } from './request';
import { mend, takeRevocation } from './setbacks';
import { readState, writeState, type Store } from './store';

export type Outcome =
  | { kind: 'done' }
  | { kind: 'no_answer' }
  | { kind: 'wait'; ms: number }
  | { kind: 'stopped'; status: number; code: string };

/** A run that gets nowhere ends; the next one begins with what is then in the store. */
const SETBACKS_MAX = 12;
const MISMATCHES_MAX = 2;
const PAUSE_MS = 60_000;

export interface World {
  fetch: Fetch;
  now(): number;
  /** Monotonic milliseconds of this start of the app. */
  up(): number;
  random(): number;
  run: string;
}

export class SyncRun {
  private setbacks = 0;
  private mismatches = 0;

  constructor(
    private readonly store: Store,
    private readonly world: World,
    public pace: Pace,
    private readonly onProgress: () => void,
  ) {}

  async run(): Promise<Outcome> {
    for (;;) {
      const outcome = await this.step();
      if (outcome) {
        await this.store.write((transaction) => prune(transaction, this.world.now()));
        await this.note(outcome);
        return outcome;
      }
      if (++this.setbacks > SETBACKS_MAX) return { kind: 'wait', ms: PAUSE_MS };
    }
  }

  /** One request and its answer; nothing where the next one follows at once. */
  private async step(): Promise<Outcome | undefined> {
    const { store, world } = this;
    const token = (await store.state()).identity?.token;
    if (!token) return { kind: 'stopped', status: 401, code: 'not_enrolled' };
    const moment = { now: world.now(), run: world.run, up: Math.round(world.up()) };
    const batch = await store.write((transaction) => nextBatch(transaction, this.pace, moment));
    const answer = await post(world.fetch, '/v1/sync', batch.body, token);
    if (!answer) {
      this.pace = slower(this.pace);
      return { kind: 'no_answer' };
    }
    if (answer.status === 200) return this.take(answer.body, batch);
    const problem = v.safeParse(ProblemBody, answer.body);
    const body = problem.success ? problem.output : v.parse(ProblemBody, {});
    return this.refused(answer.status, body, answer.retryAfter, batch);
  }

  private async take(body: unknown, batch: Batch): Promise<Outcome | undefined> {
    const parsed = v.safeParse(SyncAnswer, body);
    if (!parsed.success) return { kind: 'stopped', status: 200, code: 'answer_unreadable' };
    const marks = await marksOf(parsed.output);
    const taken = await this.store.write((transaction) =>
      applyAnswer(transaction, parsed.output, batch, marks, this.world.now()),
    );
    this.pace = faster(this.pace);
    if (taken.advanced) this.setbacks = 0;
    this.onProgress();
    if (!taken.sumsAgree && ++this.mismatches > MISMATCHES_MAX) return { kind: 'wait', ms: PAUSE_MS };
    if (taken.more || !taken.sumsAgree) return undefined;
    return unsentCount(await this.store.state()) > 0 ? undefined : { kind: 'done' };
  }

  private async refused(
    status: number,
    body: ProblemBody,
    retryAfter: number,
    batch: Batch,
  ): Promise<Outcome | undefined> {
    const stopped: Outcome = { kind: 'stopped', status, code: body.code };
    switch (status) {
      case 403:
        if (body.code !== 'device_revoked') return stopped;
        return (await this.revoked(body, batch)) ? undefined : stopped;
      case 409:
      case 410:
        return (await this.store.write((transaction) => mend(transaction, batch.incarnation, body, this.world.now())))
          ? undefined
          : stopped;
      case 413:
      case 422:
        if (batch.changes.length < 2) return stopped;
        this.pace = { ...slower(this.pace), changes: Math.ceil(batch.changes.length / 2) };
        return undefined;
      case 429:
      case 503:
      case 507:
        // With jitter, so that a valley of phones does not come back at one moment.
        return { kind: 'wait', ms: Math.max(1, retryAfter) * 1000 * (1 + this.world.random() / 2) };
      default:
        return stopped;
    }
  }

  private async revoked(body: ProblemBody, batch: Batch): Promise<boolean> {
    return this.store.write((transaction) => takeRevocation(transaction, batch.incarnation, body, this.world.now()));
  }

  private async note(outcome: Outcome): Promise<void> {
    if (outcome.kind !== 'stopped') return;
    await this.store.write(async (transaction) => {
      const state = await readState(transaction);
      state.problem = { status: outcome.status, code: outcome.code };
      await writeState(transaction, state);
    });
  }
}
