// Texts that come with screens fetched later; the other language is fetched when somebody speaks it.

import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import { language } from './language';

export function laterTexts<T>(vietnamese: T, load: () => Promise<T>): ReadonlySignal<T> {
  const english = signal<T | undefined>(undefined);
  effect(() => {
    if (language.value === 'en' && !english.peek()) void load().then((loaded) => (english.value = loaded), () => undefined);
  });
  return computed(() => (language.value === 'en' ? english.value : undefined) ?? vietnamese);
}
