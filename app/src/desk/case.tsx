// One case: the versions side by side, what differs, and the decision with its reason; once closed, the way back.

import { find, hasRole, text } from '../shell/model';
import { recordTitle } from '../shell/names';
import { Missing } from '../screens/missing';
import { Page } from '../ui/page';
import { FieldConflict } from './field_conflict';
import { kindName, subjectsOf } from './cases';
import { openCases } from './queues';
import { Pair } from './pair';
import { Restore } from './restore';

export const mayDecide = (): boolean => hasRole('coordinator', 'province_admin');

export function CaseScreen({ id }: { id: string }) {
  const one = find(id);
  if (!one) return <Missing />;
  const subjects = subjectsOf(one);
  const about = subjects.map(find).find(Boolean);
  // All open quarrels about the fields of one record are decided together, field by field.
  const related = openCases().filter(
    (other) => other.fields['kind'] === 'field_conflict' && subjectsOf(other)[0] === subjects[0],
  );
  const conflict = one.fields['kind'] === 'field_conflict' && about !== undefined;
  const closed = text(one, 'state') === 'resolved';
  return (
    <Page title={about ? recordTitle(about) : kindName(one)} caption={kindName(one)} back="cases" wide>
      {conflict && closed && <Restore one={one} subject={about} />}
      {conflict && !closed && <FieldConflict cases={related} subject={about} />}
      {!conflict && <Pair one={one} subjects={subjects} closed={closed} />}
    </Page>
  );
}
