// The language of the app and its texts; English is fetched when somebody asks for it.

import { signal } from '@preact/signals';
import { vi, type Texts } from '../texts/vi';

export type Language = 'vi' | 'en';

const KEY = 'language';

export const language = signal<Language>('vi');
export const texts = signal<Texts>(vi);

export async function speak(wanted: Language): Promise<void> {
  texts.value = wanted === 'vi' ? vi : (await import('../texts/en')).en;
  language.value = wanted;
  document.documentElement.lang = wanted;
  localStorage.setItem(KEY, wanted);
}

export async function speakAsBefore(): Promise<void> {
  if (localStorage.getItem(KEY) === 'en') await speak('en').catch(() => undefined);
}
