// The roles of one person: given and ended by who may give them. The server decides, so this needs a signal.

import { useState } from 'preact/hooks';
import { isoDateText } from '../shell/format';
import { texts } from '../shell/language';
import { communesOf, identity, organisationIn, syncNow, text, unitName } from '../shell/model';
import { nameOf } from '../shell/names';
import { say } from '../shell/toast';
import { useOnce } from '../screens/once';
import type { Shown } from '../sync';
import { ErrorSummary, Radios, type Errors } from '../ui/fields';
import { Tag } from '../ui/page';
import { invitable } from './invite';
import { endRole, giveRole } from './members';
import { roleName } from './role_names';
import { isOver } from './roles';
import { Select } from './select';
import { deskTexts } from './texts';

function spanOf(role: Shown): string {
  const t = deskTexts.value.people;
  const [from, to] = [text(role, 'from'), text(role, 'to')];
  return [from && t.since(isoDateText(from)), to && t.until(isoDateText(to))].filter(Boolean).join(' ');
}

function End({ role }: { role: Shown }) {
  const t = deskTexts.value.roles;
  const [asked, setAsked] = useState(false);
  const [error, setError] = useState('');
  const name = `${roleName(text(role, 'role'))}, ${unitName(role.unit)}`;
  const end = useOnce(async () => {
    const refusal = await endRole(role.id);
    if (refusal) return setError(t.refusals[refusal]);
    await syncNow();
    say(t.ended);
  });
  if (!asked) {
    return (
      <button type="button" class="plain" onClick={() => setAsked(true)}>
        {t.end}
        <span class="unseen">: {name}</span>
      </button>
    );
  }
  return (
    <div class="inset">
      <p>{t.endSure(name)}</p>
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      <button type="button" class="danger" onClick={() => void end()}>
        {t.endConfirm}
      </button>
      <button type="button" class="plain" onClick={() => setAsked(false)}>
        {texts.value.cancel}
      </button>
    </div>
  );
}

function Give({ person, onDone }: { person: string; onDone(): void }) {
  const t = deskTexts.value.roles;
  const communes = communesOf('team_leader', 'coordinator', 'province_admin');
  const [role, setRole] = useState('');
  const [unit, setUnit] = useState(communes[0] ?? '');
  const [errors, setErrors] = useState<Errors>({});
  const [round, setRound] = useState(0);
  const submit = useOnce(async () => {
    const organisation = organisationIn(unit);
    const wish = { person, role, units: [unit], ...(organisation && role !== 'commune_leader' && { organisation }) };
    const refusal = role ? await giveRole(wish) : undefined;
    const found: Errors = !role ? { role: t.roleMissing } : refusal ? { role: t.refusals[refusal] } : {};
    setErrors(found);
    setRound((before) => before + 1);
    if (Object.keys(found).length > 0) return;
    await syncNow();
    say(t.given);
    onDone();
  });
  return (
    <form class="inset" onSubmit={(event) => (event.preventDefault(), void submit())} noValidate>
      <ErrorSummary errors={errors} round={round} />
      <Radios
        id="role"
        label={deskTexts.value.people.role}
        value={role}
        choices={invitable().map((one) => ({ value: one, label: roleName(one) }))}
        onChange={setRole}
        error={errors['role']}
      />
      <Select
        id="unit"
        label={deskTexts.value.people.commune}
        value={unit}
        choices={communes.map((one) => ({ value: one, label: unitName(one) }))}
        onChange={setUnit}
      />
      <button type="submit" class="primary">
        {t.give}
      </button>
      <button type="button" class="plain" onClick={onDone}>
        {texts.value.cancel}
      </button>
    </form>
  );
}

export function PersonRoles({ person, roles }: { person: string; roles: Shown[] }) {
  const t = deskTexts.value.people;
  const [giving, setGiving] = useState(false);
  // One's own roles are somebody else's to give and to end.
  const mayGive = person !== identity.value?.person && invitable().length > 0;
  const mayEnd = (role: Shown) => mayGive && !isOver(role) && invitable().includes(text(role, 'role'));
  return (
    <>
      <h2>{t.rolesTitle}</h2>
      {roles.length === 0 && <p>{t.noRole}</p>}
      <ul class="lines">
        {roles.map((one) => (
          <li key={one.id}>
            <strong>
              {roleName(text(one, 'role'))}, {unitName(one.unit)}
            </strong>
            <span>{nameOf(one.fields['organisation'])}</span>
            <span>{spanOf(one)}</span>
            {isOver(one) && <Tag>{t.over}</Tag>}
            {mayEnd(one) && <End role={one} />}
          </li>
        ))}
      </ul>
      {mayGive &&
        (giving ? (
          <Give person={person} onDone={() => setGiving(false)} />
        ) : (
          <p>
            <button type="button" onClick={() => setGiving(true)}>
              {deskTexts.value.roles.giveMore}
            </button>
          </p>
        ))}
    </>
  );
}
