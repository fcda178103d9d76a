import { laterTexts } from '../shell/later_texts';
import { viAccess } from '../texts/vi_access';

export const accessTexts = laterTexts(viAccess, async () => (await import('../texts/en_access')).enAccess);
