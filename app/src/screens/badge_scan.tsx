// Attendance by badge: one person after the other before the camera.

import { useState } from 'preact/hooks';
import { find } from '../shell/model';
import { personName } from '../shell/names';
import { Scanner } from '../scan/scanner';
import { personOnBadge } from './badge_code';
import { stepTexts } from './step_texts';

interface BadgeScanProps {
  isChosen(person: string): boolean;
  onPerson(person: string): void;
}

export function BadgeScan({ isChosen, onPerson }: BadgeScanProps) {
  const t = stepTexts.value.badges;
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState('');
  if (!open) {
    return (
      <p>
        <button type="button" onClick={() => setOpen(true)}>
          {t.scan}
        </button>
      </p>
    );
  }
  const take = (text: string) => {
    const person = personOnBadge(text);
    if (!person) return setSaid(t.other);
    if (find(person)?.collection !== 'person') return setSaid(t.unknown);
    if (isChosen(person)) return setSaid((before) => (before === t.added(personName(person)) ? before : t.already(personName(person))));
    onPerson(person);
    setSaid(t.added(personName(person)));
    navigator.vibrate?.(80);
  };
  return (
    <>
      <p role="status">
        <strong>{said}</strong>
      </p>
      <Scanner hint={t.hold} onText={take} />
      <button type="button" onClick={() => setOpen(false)}>
        {t.stop}
      </button>
    </>
  );
}
