// Counting people by tapping. The taps are kept as a draft until they are saved as one increment, and increments of
// several phones add up.

import { numberText } from '../shell/format';
import { forgetDraft, useDraft } from '../shell/drafts';
import { find, number, save, text } from '../shell/model';
import { goInstead } from '../shell/router';
import { say } from '../shell/toast';
import { Page } from '../ui/page';
import { Missing } from './missing';
import { useOnce } from './once';
import { stepTexts } from './step_texts';

export function CountScreen({ id }: { id: string | undefined }) {
  const t = stepTexts.value.counting;
  const key = `count/${id}`;
  const draft = useDraft(key, () => ({ people: 0 }));
  const activity = find(id);
  const store = useOnce(async (record: string, people: number) => {
    forgetDraft(key);
    await save([{ collection: 'activity', record, inc: { tally: people } }], key);
    goInstead(`activity/${record}`);
    say(t.saved(numberText(people)));
  });
  if (!activity) return <Missing />;
  if (!draft) return null;
  const { people } = draft.value;
  return (
    <Page title={t.title} caption={text(activity, 'title')} back={`activity/${activity.id}`}>
      <p>{t.hint}</p>
      <p class="tally" role="status">
        {t.mine}: <strong>{numberText(people)}</strong>
      </p>
      <button type="button" class="primary tap" onClick={() => draft.set({ people: people + 1 })}>
        {t.add}
      </button>
      <div class="buttons">
        <button type="button" disabled={people === 0} onClick={() => draft.set({ people: people - 1 })}>
          {t.less}
        </button>
        <button type="button" disabled={people === 0} onClick={() => void store(activity.id, people)}>
          {t.save}
        </button>
      </div>
      <p>{t.total(numberText(number(activity, 'tally')))}</p>
    </Page>
  );
}
