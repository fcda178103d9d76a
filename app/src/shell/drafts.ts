// What somebody is writing survives a reload, an update and a kill of the app.

import { useEffect, useState } from 'preact/hooks';
import { client } from './model';

const WRITE_AFTER_MS = 250;
const waiting = new Map<string, unknown>();
let timer: ReturnType<typeof setTimeout> | undefined;

export async function flushDrafts(): Promise<void> {
  clearTimeout(timer);
  const due = [...waiting];
  waiting.clear();
  for (const [key, value] of due) await client.store.setDraft(key, value);
}

export function watchDrafts(): void {
  const flush = () => void flushDrafts();
  addEventListener('pagehide', flush);
  document.addEventListener('visibilitychange', flush);
}

export interface Draft<T> {
  value: T;
  set(change: Partial<T>): void;
}

/** The draft under `key`; nothing until it was read. */
export function useDraft<T extends object>(key: string, empty: () => T): Draft<T> | undefined {
  const [value, setValue] = useState<T | undefined>(undefined);
  useEffect(() => {
    let here = true;
    void flushDrafts()
      .then(() => client.store.draft<T>(key))
      .then((known) => here && setValue({ ...empty(), ...known }));
    return () => {
      here = false;
    };
  }, [key]);
  if (!value) return undefined;
  return {
    value,
    set: (change) =>
      setValue((before) => {
        const after = { ...before!, ...change };
        waiting.set(key, after);
        clearTimeout(timer);
        timer = setTimeout(() => void flushDrafts(), WRITE_AFTER_MS);
        return after;
      }),
  };
}

/** What a save has taken over is no draft any more. */
export const forgetDraft = (key: string): boolean => waiting.delete(key);
