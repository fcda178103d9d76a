// One participation that waits: who, when, for how long, what speaks against it; and refusing it with a reason.

import { useState } from 'preact/hooks';
import { hoursText, spanText } from '../shell/format';
import { texts } from '../shell/language';
import { save, text, unitName } from '../shell/model';
import { say } from '../shell/toast';
import { Check, Input } from '../ui/fields';
import { Tag } from '../ui/page';
import { useOnce } from './once';
import { approvalEdit, type Row } from './participations';
import { stepTexts } from './step_texts';

const isOwn = (row: Row) => row.warnings.includes('own');

export const Warnings = ({ row }: { row: Row }) => (
  <>
    {row.warnings.map((warning) => (
      <Tag key={warning} kind="warn">
        {stepTexts.value[warning]}
      </Tag>
    ))}
  </>
);

export function PersonRow({ row, chosen, onChoose }: { row: Row; chosen: boolean; onChoose(chosen: boolean): void }) {
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
            <Warnings row={row} />
          </>
        }
      />
      {!isOwn(row) && <Decline row={row} />}
    </li>
  );
}

function Decline({ row }: { row: Row }) {
  const t = stepTexts.value;
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string>();
  const decline = useOnce(async () => {
    if (!reason.trim()) return setError(t.reasonMissing);
    await save([await approvalEdit(row, 'decline', reason.trim())]);
    say(texts.value.savedLocal);
  });
  if (!open) {
    return (
      <button type="button" class="plain" onClick={() => setOpen(true)} aria-label={t.declineOne(row.name)}>
        {t.decline}
      </button>
    );
  }
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
