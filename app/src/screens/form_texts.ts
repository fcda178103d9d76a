import { laterTexts } from '../shell/later_texts';
import { viForms } from '../texts/vi_forms';

export const formTexts = laterTexts(viForms, async () => (await import('../texts/en_forms')).enForms);
