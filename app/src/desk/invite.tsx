// Inviting somebody: who, as what, where; then the code as a QR to show or print. The server makes codes, so this needs
// a signal.

import { useState } from 'preact/hooks';
import { renderSVG } from 'uqr';
import { instantText } from '../shell/format';
import { texts } from '../shell/language';
import { communesOf, find, hasRole, organisationIn, syncNow, text, unitName } from '../shell/model';
import { Check, ErrorSummary, Input, Radios, type Errors } from '../ui/fields';
import { Facts, Page } from '../ui/page';
import { askToInvite, type Made } from './invitations';
import { roleName } from './role_names';
import { Select } from './select';
import { deskTexts } from './texts';

/** Whom one may invite: the server decides, the form only offers what can succeed. */
export function invitable(): string[] {
  if (hasRole('province_admin')) return ['volunteer', 'team_leader', 'commune_leader', 'coordinator', 'auditor'];
  if (hasRole('coordinator')) return ['volunteer', 'team_leader', 'commune_leader'];
  return hasRole('team_leader') ? ['volunteer'] : [];
}

export const mayInvite = (): boolean => invitable().length > 0;

export function InviteScreen({ person }: { person: string | undefined }) {
  const t = deskTexts.value.invite;
  const known = find(person);
  const communes = communesOf('team_leader', 'coordinator', 'province_admin');
  const [name, setName] = useState('');
  const [role, setRole] = useState(invitable()[0] ?? '');
  const [unit, setUnit] = useState(communes[0] ?? '');
  const [again, setAgain] = useState(known !== undefined);
  const [errors, setErrors] = useState<Errors>({});
  const [round, setRound] = useState(0);
  const [made, setMade] = useState<Made>();
  const [busy, setBusy] = useState(false);
  const startOver = () => {
    setMade(undefined);
    setName('');
  };
  if (made) return <Invitation made={made} name={known ? text(known, 'full_name') : name.trim()} onAgain={startOver} />;
  const submit = async (event: Event) => {
    event.preventDefault();
    const found: Errors = {};
    if (!known && !name.trim()) found['name'] = t.nameMissing;
    if (Object.keys(found).length === 0) {
      setBusy(true);
      const who = known ? { person: known.id } : { name: name.trim().normalize('NFC') };
      const organisation = organisationIn(unit);
      const place = { role, units: [unit], ...(organisation && role !== 'commune_leader' && { organisation }) };
      const result = await askToInvite({ ...who, ...(known && again ? {} : place) });
      setBusy(false);
      if (typeof result === 'object') {
        setMade(result);
        void syncNow();
        return;
      }
      found['name'] = t.refusals[result];
    }
    setErrors(found);
    setRound(round + 1);
  };
  return (
    <Page title={known ? t.titleFor(text(known, 'full_name')) : t.title} back="people" wide>
      <p>{t.intro}</p>
      <ErrorSummary errors={errors} round={round} />
      <form onSubmit={(event) => void submit(event)} noValidate>
        {known ? (
          <Check id="name" label={t.sameRoles} checked={again} onChange={setAgain} />
        ) : (
          <Input id="name" label={t.name} value={name} onInput={setName} error={errors['name']} />
        )}
        {(!known || !again) && (
          <>
            <Radios
              id="role"
              label={t.role}
              value={role}
              choices={invitable().map((one) => ({ value: one, label: roleName(one) }))}
              onChange={setRole}
            />
            <Select
              id="unit"
              label={t.commune}
              value={unit}
              choices={communes.map((one) => ({ value: one, label: unitName(one) }))}
              onChange={setUnit}
            />
          </>
        )}
        <button type="submit" class="primary" disabled={busy}>
          {busy ? texts.value.join.sending : t.submit}
        </button>
      </form>
    </Page>
  );
}

function Invitation({ made, name, onAgain }: { made: Made; name: string; onAgain(): void }) {
  const t = deskTexts.value.invite;
  const address = location.origin + made.path;
  const svg = renderSVG(address, { ecc: 'M', border: 4 });
  return (
    <Page title={t.ready(name)} back="people" wide>
      <p>{made.compared ? t.comparedHint : t.readyHint}</p>
      <figure class="qr">
        <img src={`data:image/svg+xml;utf8,${encodeURIComponent(svg)}`} alt={t.alt} />
      </figure>
      <Facts
        rows={[
          [t.code, <code>{made.code}</code>],
          [t.address, address.replace(/\/#.*$/, '')],
          [t.until, instantText(made.expires)],
        ]}
      />
      <div class="buttons">
        <button type="button" class="primary" onClick={() => print()}>
          {t.print}
        </button>
        <button type="button" onClick={onAgain}>
          {t.another}
        </button>
        <a class="button" href="#/invitations">
          {t.list}
        </a>
      </div>
    </Page>
  );
}
