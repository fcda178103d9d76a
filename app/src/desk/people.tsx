// People of the area with their roles: found by name or role, and each with what is known of them.

import { useState } from 'preact/hooks';
import { fold, hoursText, numberText, sortedBy } from '../shell/format';
import { texts } from '../shell/language';
import { all, find, text, unitName } from '../shell/model';
import { nameOf } from '../shell/names';
import { Missing } from '../screens/missing';
import { participationRows } from '../screens/participations';
import type { Shown } from '../sync';
import { Input } from '../ui/fields';
import { Facts, Page, RowLink, Tag } from '../ui/page';
import { mayDecide } from './case';
import { Devices, useDevices } from './devices';
import { mayInvite } from './invite';
import { PersonRoles } from './person_roles';
import { roleName } from './role_names';
import { isOver, ROLES, rolesByPerson } from './roles';
import { JoinedTo } from './same_person';
import { Select } from './select';
import { deskTexts } from './texts';

const PAGE = 100;
const NO_ROLE = 'none';

const byGivenName = (one: Shown): string => text(one, 'full_name').split(' ').reverse().join(' ');

export function PeopleScreen() {
  const t = deskTexts.value.people;
  const [query, setQuery] = useState('');
  const [role, setRole] = useState('');
  const roles = rolesByPerson();
  const present = (person: Shown) => (roles.get(person.id) ?? []).filter((one) => !isOver(one));
  const fits = (person: Shown): boolean => {
    if (!role) return true;
    const held = present(person);
    return role === NO_ROLE ? held.length === 0 : held.some((one) => text(one, 'role') === role);
  };
  const wanted = fold(query.trim());
  const found = all('person').filter((one) => fits(one) && fold(text(one, 'full_name')).includes(wanted));
  const people = sortedBy(found, byGivenName);
  return (
    <Page title={t.title} wide>
      {mayInvite() && (
        <div class="buttons">
          <a class="button primary" href="#/invite">
            {deskTexts.value.invite.title}
          </a>
          <a class="button" href="#/invitations">
            {deskTexts.value.invite.list}
          </a>
          <a class="button" href="#/devices">
            {deskTexts.value.devices.title}
          </a>
        </div>
      )}
      <div class="filters">
        <Input id="search" type="search" label={texts.value.search} value={query} onInput={setQuery} />
        <Select
          id="role"
          label={t.role}
          value={role}
          choices={[
            { value: '', label: deskTexts.value.lists.everywhere },
            ...ROLES.map((one) => ({ value: one, label: roleName(one) })),
            { value: NO_ROLE, label: t.noRole },
          ]}
          onChange={setRole}
        />
      </div>
      <p role="status">{t.found(numberText(people.length))}</p>
      <ul class="rows">
        {people.slice(0, PAGE).map((one) => (
          <RowLink key={one.id} to={`people/${one.id}`} title={text(one, 'full_name')}>
            <span>{[nameOf(one.fields['home_organisation']), unitName(one.unit)].filter(Boolean).join(', ')}</span>
            <span>
              {present(one).length === 0 && <Tag kind="warn">{t.noRole}</Tag>}
              {present(one).map((held) => (
                <Tag key={held.id}>
                  {roleName(text(held, 'role'))}, {unitName(held.unit)}
                </Tag>
              ))}
            </span>
          </RowLink>
        ))}
      </ul>
      {people.length > PAGE && <p>{t.narrow(numberText(people.length - PAGE))}</p>}
    </Page>
  );
}

export function PersonScreen({ id }: { id: string }) {
  const t = deskTexts.value.people;
  const [list, load] = useDevices();
  const person = find(id);
  if (!person) return <Missing />;
  const roles = rolesByPerson().get(person.id) ?? [];
  const rows = participationRows().filter((row) => find(row.person)?.id === person.id);
  const minutes = rows.reduce((sum, row) => sum + row.minutes, 0);
  return (
    <Page title={text(person, 'full_name')} back="people" wide>
      <Facts
        rows={[
          [t.commune, unitName(person.unit)],
          [t.organisation, nameOf(person.fields['home_organisation']) || texts.value.none],
          [t.taken, t.takenText(numberText(rows.length), hoursText(minutes))],
        ]}
      />
      <div class="buttons">
        {mayInvite() && (
          <a class="button" href={`#/invite/${id}`}>
            {deskTexts.value.invite.otherDevice}
          </a>
        )}
        {mayDecide() && (
          <a class="button" href={`#/people/${id}/same`}>
            {deskTexts.value.same.ask}
          </a>
        )}
      </div>
      <PersonRoles person={person.id} roles={roles} />
      {mayInvite() && (
        <>
          <h2>{deskTexts.value.devices.title}</h2>
          <Devices list={list} load={load} person={person.id} />
        </>
      )}
      {mayDecide() && <JoinedTo id={person.id} />}
    </Page>
  );
}
