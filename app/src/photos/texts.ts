import { laterTexts } from '../shell/later_texts';
import { viPhotos } from '../texts/vi_photos';

export const photoTexts = laterTexts(viPhotos, async () => (await import('../texts/en_photos')).enPhotos);
