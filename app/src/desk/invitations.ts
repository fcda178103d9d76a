// The server's part of inviting: /v1/invitations, with this device's token.

import * as v from 'valibot';
import { ask, refusalOf, type Refusal } from './ask';

const Made = v.object({
  id: v.string(),
  code: v.string(),
  person: v.string(),
  path: v.string(),
  expires: v.number(),
  compared: v.optional(v.boolean(), false),
});
export type Made = v.InferOutput<typeof Made>;

const Open = v.object({
  id: v.string(),
  person: v.string(),
  state: v.picklist(['open', 'waiting', 'used']),
  expires: v.number(),
  compared: v.optional(v.boolean(), false),
});
export type Open = v.InferOutput<typeof Open>;

export interface Wish {
  person?: string;
  name?: string;
  role?: string;
  units?: string[];
  organisation?: string;
}

const ADDRESS = '/v1/invitations';

export async function askToInvite(wish: Wish): Promise<Made | Refusal> {
  const answer = await ask('POST', ADDRESS, wish);
  const made = v.safeParse(Made, answer?.body);
  return answer?.status === 201 && made.success ? made.output : refusalOf(answer?.status);
}

/** Those that this person made and that have not expired. */
export async function openInvitations(): Promise<Open[] | Refusal> {
  const answer = await ask('GET', ADDRESS);
  const list = v.safeParse(v.object({ items: v.array(Open) }), answer?.body);
  return answer?.status === 200 && list.success ? list.output.items : refusalOf(answer?.status);
}

/** The four digits that the new device shows, typed by whoever invited. */
export async function confirmDigits(id: string, digits: string): Promise<'confirmed' | 'differ' | 'no_answer'> {
  const answer = await ask('POST', `${ADDRESS}/${encodeURIComponent(id)}/confirm`, { digits });
  if (answer && answer.status < 300) return 'confirmed';
  return answer?.status === 409 || answer?.status === 404 ? 'differ' : 'no_answer';
}

export async function takeBack(id: string): Promise<boolean> {
  const answer = await ask('DELETE', `${ADDRESS}/${encodeURIComponent(id)}`);
  return answer !== undefined && answer.status < 300;
}
