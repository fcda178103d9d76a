import { computed, signal } from '@preact/signals';
import { language } from '../shell/language';
import { viDesk, type DeskTexts } from '../texts/vi_desk';

const english = signal<DeskTexts | undefined>(undefined);

/** Fetches the other language when somebody speaks it. */
export async function loadDeskTexts(): Promise<void> {
  if (language.value === 'en') english.value ??= (await import('../texts/en_desk')).enDesk;
}

export const deskTexts = computed<DeskTexts>(() => (language.value === 'en' ? english.value : undefined) ?? viDesk);
