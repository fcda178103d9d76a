import { laterTexts } from '../shell/later_texts';
import { viOutbox } from '../texts/vi_outbox';

export const outboxTexts = laterTexts(viOutbox, async () => (await import('../texts/en_outbox')).enOutbox);
