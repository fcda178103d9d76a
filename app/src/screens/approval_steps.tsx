// Confirming people's participation: by the team leader, the commune, or the coordinator; one or many at a time.

import { useState } from 'preact/hooks';
import { hoursText, numberText, spanText } from '../shell/format';
import { texts } from '../shell/language';
import { save, text, unitName } from '../shell/model';
import { say } from '../shell/toast';
import { Check, ErrorSummary, Input, type Errors } from '../ui/fields';
import { Page, Tag } from '../ui/page';
import { approvalEdit, waitingFor, type Row, type StepName } from './participations';

const PAGE = 50;

const wording = (step: StepName) => {
  const t = texts.value.steps;
  return {
    attest: { title: t.attestTitle, intro: t.attestIntro, act: t.attest },
    check: { title: t.checkTitle, intro: t.checkIntro, act: t.check },
    approve: { title: t.approveTitle, intro: t.approveIntro, act: t.approve },
  }[step];
};

const isOwn = (row: Row) => row.warnings.includes('own');

function PersonRow({ row, chosen, onChoose }: { row: Row; chosen: boolean; onChoose(chosen: boolean): void }) {
  const t = texts.value;
  const id = `p-${row.participation.id}`;
  return (
    <li class="person">
      <Check
        id={id}
        checked={chosen}
        disabled={isOwn(row)}
        onChange={onChoose}
        label={
          <>
            <strong>{row.name}</strong>
            <span>{text(row.activity, 'title')}</span>
            {row.attendance.map(({ id: key, from, to }) => (
              <span key={key}>{spanText(from, to)}</span>
            ))}
            <span>
              {t.hours(hoursText(row.minutes))} · {unitName(row.participation.unit)}
            </span>
            {row.warnings.map((warning) => (
              <Tag key={warning} kind="warn">
                {t.steps[warning]}
              </Tag>
            ))}
          </>
        }
      />
      {!isOwn(row) && <Decline row={row} />}
    </li>
  );
}

function Decline({ row }: { row: Row }) {
  const t = texts.value.steps;
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string>();
  if (!open) {
    return (
      <button type="button" class="plain" onClick={() => setOpen(true)} aria-label={t.declineOne(row.name)}>
        {t.decline}
      </button>
    );
  }
  const decline = async () => {
    if (!reason.trim()) return setError(t.reasonMissing);
    await save([await approvalEdit(row, 'decline', reason.trim())]);
    say(texts.value.savedLocal);
  };
  return (
    <div class="inset">
      <Input id={`why-${row.participation.id}`} label={t.reason} value={reason} onInput={setReason} error={error} />
      <button type="button" onClick={() => void decline()}>
        {t.declineOne(row.name)}
      </button>
      <button type="button" class="plain" onClick={() => setOpen(false)}>
        {texts.value.cancel}
      </button>
    </div>
  );
}

export function StepsScreen({ step }: { step: StepName }) {
  const t = texts.value.steps;
  const words = wording(step);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [errors, setErrors] = useState<Errors>({});
  const [round, setRound] = useState(0);
  const rows = waitingFor(step);
  const shownRows = rows.slice(0, PAGE);
  const picked = shownRows.filter(({ participation }) => chosen.has(participation.id));

  const choose = (row: Row, wanted: boolean) => {
    const next = new Set(chosen);
    if (wanted) next.add(row.participation.id);
    else next.delete(row.participation.id);
    setChosen(next);
  };
  const confirm = async () => {
    setErrors(picked.length === 0 ? { [`p-${shownRows[0]!.participation.id}`]: t.chooseOne } : {});
    setRound(round + 1);
    if (picked.length === 0) return;
    await save(await Promise.all(picked.map((row) => approvalEdit(row, step))));
    setChosen(new Set());
    say(t.done(numberText(picked.length)));
  };
  const clean = shownRows.filter(({ warnings }) => warnings.length === 0);

  return (
    <Page title={words.title}>
      <p>{words.intro}</p>
      {rows.length === 0 ? (
        <p>{t.none}</p>
      ) : (
        <>
          <ErrorSummary errors={errors} round={round} />
          <button
            type="button"
            onClick={() => setChosen(new Set(clean.map(({ participation }) => participation.id)))}
          >
            {t.selectAll}
          </button>
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
          {rows.length > PAGE && <p>{texts.value.more(numberText(rows.length - PAGE))}</p>}
          <div class="actions">
            <p role="status">
              {t.selected(numberText(picked.length), hoursText(picked.reduce((sum, { minutes }) => sum + minutes, 0)))}
            </p>
            <button type="button" class="primary" onClick={() => void confirm()}>
              {words.act}
            </button>
          </div>
        </>
      )}
    </Page>
  );
}
