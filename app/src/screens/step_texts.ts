import { laterTexts } from '../shell/later_texts';
import { viSteps } from '../texts/vi_steps';

export const stepTexts = laterTexts(viSteps, async () => (await import('../texts/en_steps')).enSteps);
