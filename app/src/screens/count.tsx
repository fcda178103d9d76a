// Counting people by tapping. The taps are kept as a draft until they are saved as one increment, and increments of
// several phones add up.

import { numberText } from '../shell/format';
import { forgetDraft, useDraft } from '../shell/drafts';
import { find, number, save, text } from '../shell/model';
import { goInstead } from '../shell/router';
import { say } from '../shell/toast';
import { Page } from '../ui/page';
import { Missing } from './missing';
import { stepTexts } from './step_texts';

export function CountScreen({ id }: { id: string | undefined }) {
  const t = stepTexts.value.counting;
  const key = `count/${id}`;
  const draft = useDraft(key, () => ({ people: 0 }));
  const activity = find(id);
  if (!activity) return <Missing />;
  if (!draft) return null;
  const { people } = draft.value;
  const store = async () => {
    forgetDraft(key);
    await save([{ collection: 'activity', record: activity.id, inc: { tally: people } }], key);
    goInstead(`activity/${activity.id}`);
    say(t.saved(numberText(people)));
  };
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
        <button type="button" disabled={people === 0} onClick={() => void store()}>
          {t.save}
        </button>
      </div>
      <p>{t.total(numberText(number(activity, 'tally')))}</p>
    </Page>
  );
}
