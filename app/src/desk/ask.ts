// What only the server can do is asked with this device's token; nothing of it works without a signal.

import { state } from '../shell/model';

export interface Said {
  status: number;
  body: unknown;
}

/** Nothing where no answer came. */
export async function ask(method: string, path: string, body?: unknown): Promise<Said | undefined> {
  const headers = { Authorization: `Bearer ${state.value.identity?.token}`, 'Content-Type': 'application/json' };
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(path, { method, headers, cache: 'no-store', ...content }).catch(() => undefined);
  return answer && { status: answer.status, body: await answer.json().catch(() => undefined) };
}

export type Refusal = 'not_allowed' | 'not_possible' | 'no_answer';

export function refusalOf(status: number | undefined): Refusal {
  if (status === 403) return 'not_allowed';
  return status === 404 || status === 405 || status === 422 ? 'not_possible' : 'no_answer';
}
