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
  const [read, setRead] = useState<{ key: string; value: T }>();
  useEffect(() => {
    let here = true;
    void flushDrafts()
      .then(() => client.store.draft<T>(key))
      .then((known) => here && setRead({ key, value: { ...empty(), ...known } }));
    return () => {
      here = false;
    };
  }, [key]);
  if (read?.key !== key) return undefined;
  return {
    value: read.value,
    set: (change) =>
      setRead((before) => {
        const value = { ...before!.value, ...change };
        waiting.set(key, value);
        clearTimeout(timer);
        timer = setTimeout(() => void flushDrafts(), WRITE_AFTER_MS);
        return { key, value };
      }),
  };
}

/** What a save has taken over is no draft any more. */
export const forgetDraft = (key: string): boolean => waiting.delete(key);
