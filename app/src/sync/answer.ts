// The shape of the server's answers. Unknown members are ignored, as the protocol asks.

import * as v from 'valibot';

const id = v.string();
const count = v.pipe(v.number(), v.safeInteger());
const fields = v.record(v.string(), v.any());

export const SyncAnswer = v.object({
  epoch: v.string(),
  clock: count,
  schema_version: v.optional(count, 1),
  acked: count,
  receipt: v.optional(v.string()),
  safe: v.optional(count, 0),
  verdicts: v.optional(
    v.array(
      v.object({
        seq: count,
        verdict: v.picklist(['merged', 'review', 'quarantined', 'redirected']),
        fields: v.optional(v.record(v.string(), v.picklist(['kept', 'superseded', 'combined']))),
        case: v.optional(v.string()),
        unit: v.optional(v.string()),
        code: v.optional(v.string()),
        detail: v.optional(v.string()),
        field: v.optional(v.string()),
      }),
    ),
    [],
  ),
  settled: v.optional(v.array(v.tuple([id, count, v.string()])), []),
  records: v.optional(
    v.array(
      v.object({
        collection: v.string(),
        id,
        version: count,
        unit: v.string(),
        stream: v.string(),
        created_by: v.optional(v.string()),
        created_at: v.optional(count),
        fields,
      }),
    ),
    [],
  ),
  removed: v.optional(v.array(v.object({ id, version: count, stream: v.string() })), []),
  streams: v.array(v.string()),
  cursors: v.optional(v.record(v.string(), count), {}),
  sums: v.optional(v.record(v.string(), v.string()), {}),
  more: v.optional(v.boolean(), false),
});
export type SyncAnswer = v.InferOutput<typeof SyncAnswer>;

export const EnrolmentAnswer = v.object({
  device: id,
  token: v.string(),
  person: id,
  roles: v.array(v.object({ role: v.string(), unit: v.string(), organisation: v.nullable(v.string()) })),
  streams: v.array(v.string()),
  limits: v.object({ changes: count, change_bytes: count, body_bytes: count }),
  schema_version: count,
  epoch: v.string(),
  keys: v.object({ keys: v.array(v.any()) }),
  notice: v.object({ version: v.string(), text: v.string() }),
  expires: v.optional(count),
});
export type EnrolmentAnswer = v.InferOutput<typeof EnrolmentAnswer>;

export const BundleAnswer = v.object({
  acked: count,
  receipt: v.string(),
  verdicts: v.optional(SyncAnswer.entries.verdicts.wrapped, []),
});

/** The code was taken; whoever invited has to confirm these digits first. */
export const ComparisonAnswer = v.object({ comparison: v.string(), ask_again_ms: v.optional(count, 3_000) });

export const ProblemBody = v.object({
  code: v.optional(v.string(), ''),
  expected: v.optional(count),
  at: v.optional(count),
  epoch: v.optional(v.string()),
  heads: v.optional(v.record(v.string(), count), {}),
  streams: v.optional(v.array(v.string()), []),
  acked: v.optional(count),
  receipt: v.optional(v.string()),
  wipe: v.optional(v.boolean(), false),
  verdicts: v.optional(SyncAnswer.entries.verdicts.wrapped, []),
});
export type ProblemBody = v.InferOutput<typeof ProblemBody>;
