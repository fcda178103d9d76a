import { laterTexts } from '../shell/later_texts';
import { viScan } from '../texts/vi_scan';

export const scanTexts = laterTexts(viScan, async () => (await import('../texts/en_scan')).enScan);
