import { laterTexts } from '../shell/later_texts';
import { viDesk } from '../texts/vi_desk';

export const deskTexts = laterTexts(viDesk, async () => (await import('../texts/en_desk')).enDesk);
