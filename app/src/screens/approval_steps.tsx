// Confirming people's participation: by the team leader, the commune, or the coordinator; one, or a page after a look at
// what it adds up to.

import { useState } from 'preact/hooks';
import { hoursText, numberText } from '../shell/format';
import { save } from '../shell/model';
import { say } from '../shell/toast';
import { Check, ErrorSummary, type Errors } from '../ui/fields';
import { Page } from '../ui/page';
import { ApprovalReview } from './approval_review';
import { PersonRow } from './approval_row';
import { useOnce } from './once';
import { approvalEdit, waitingFor, type Row, type StepName } from './participations';
import { stepTexts } from './step_texts';

const PAGE = 50;

const wording = (step: StepName) => {
  const t = stepTexts.value;
  return {
    attest: { title: t.attestTitle, intro: t.attestIntro, act: t.attest },
    check: { title: t.checkTitle, intro: t.checkIntro, act: t.check },
    approve: { title: t.approveTitle, intro: t.approveIntro, act: t.approve },
  }[step];
};

const minutesOf = (rows: Row[]): number => rows.reduce((sum, { minutes }) => sum + minutes, 0);

export function StepsScreen({ step }: { step: StepName }) {
  const t = stepTexts.value;
  const words = wording(step);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [onlyWarned, setOnlyWarned] = useState(false);
  const [page, setPage] = useState(0);
  const [reviewing, setReviewing] = useState(false);
  const [errors, setErrors] = useState<Errors>({});
  const [round, setRound] = useState(0);
  const waiting = waitingFor(step);
  const warned = waiting.filter(({ warnings }) => warnings.length > 0);
  const rows = onlyWarned ? warned : waiting;
  const last = Math.max(0, Math.ceil(rows.length / PAGE) - 1);
  const here = Math.min(page, last);
  const shownRows = rows.slice(here * PAGE, (here + 1) * PAGE);
  const picked = shownRows.filter(({ participation }) => chosen.has(participation.id));

  const choose = (row: Row, wanted: boolean) => {
    const next = new Set(chosen);
    if (wanted) next.add(row.participation.id);
    else next.delete(row.participation.id);
    setChosen(next);
  };
  const turn = (to: number) => {
    setPage(to);
    setChosen(new Set()); // what is not on the screen is not decided
    scrollTo(0, 0);
  };
  const decide = async () => {
    await save(await Promise.all(picked.map((row) => approvalEdit(row, step))));
    setChosen(new Set());
    setReviewing(false);
    say(t.done(numberText(picked.length)));
  };
  const confirm = useOnce(async () => {
    setErrors(picked.length === 0 ? { [`p-${shownRows[0]!.participation.id}`]: t.chooseOne } : {});
    setRound(round + 1);
    if (picked.length === 0) return;
    if (picked.length === 1 && picked[0]!.warnings.length === 0) await decide();
    else setReviewing(true);
  });
  if (reviewing && picked.length > 0) {
    return <ApprovalReview rows={picked} act={words.act} wide={step === 'approve'} onDecide={decide} onBack={() => setReviewing(false)} />;
  }
  const clean = shownRows.filter(({ warnings }) => warnings.length === 0);
  const first = here * PAGE + 1;
  return (
    <Page title={words.title} wide={step === 'approve'}>
      <p>{words.intro}</p>
      {waiting.length === 0 ? (
        <p>{t.none}</p>
      ) : (
        <>
          <p>{t.waiting(numberText(waiting.length), hoursText(minutesOf(waiting)), numberText(warned.length))}</p>
          {warned.length > 0 && (
            <Check id="only-warned" label={t.onlyWarned} checked={onlyWarned} onChange={setOnlyWarned} />
          )}
          <ErrorSummary errors={errors} round={round} />
          {clean.length > 0 && (
            <button
              type="button"
              onClick={() => setChosen(new Set(clean.map(({ participation }) => participation.id)))}
            >
              {t.selectAll(numberText(clean.length))}
            </button>
          )}
          <ul class="people">
            {shownRows.map((row) => (
              <PersonRow
                key={row.participation.id}
                row={row}
                chosen={chosen.has(row.participation.id)}
                onChoose={(wanted) => choose(row, wanted)}
              />
            ))}
          </ul>
          {last > 0 && (
            <nav class="buttons" aria-label={t.pages}>
              <p>{t.range(numberText(first), numberText(first + shownRows.length - 1), numberText(rows.length))}</p>
              <button type="button" disabled={here === 0} onClick={() => turn(here - 1)}>
                {t.previousPage}
              </button>
              <button type="button" disabled={here === last} onClick={() => turn(here + 1)}>
                {t.nextPage}
              </button>
            </nav>
          )}
          <div class="actions">
            <p role="status">{t.selected(numberText(picked.length), hoursText(minutesOf(picked)))}</p>
            <button type="button" class="primary" onClick={() => void confirm()}>
              {words.act}
            </button>
          </div>
        </>
      )}
    </Page>
  );
}
