import { laterTexts } from '../shell/later_texts';
import { viPapers } from '../texts/vi_papers';

export const paperTexts = laterTexts(viPapers, async () => (await import('../texts/en_papers')).enPapers);
