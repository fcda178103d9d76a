// Screens of the commune and of the coordinator's desk.

import '../style/desk.css';
import { CasesScreen } from './cases';
import { CaseScreen } from './case';
import { ComingScreen } from './coming';
import { DevicesScreen } from './devices';
import { DeliveredScreen } from './delivered';
import { ListsScreen } from './lists';
import { InviteScreen } from './invite';
import { MapScreen } from './map';
import { MendScreen } from './mend';
import { InvitationsScreen } from './open_invitations';
import { PeopleScreen, PersonScreen } from './people';
import { QuarantineScreen } from './quarantine';
import { SamePersonScreen } from './same_person';
import { QueuesScreen } from './queues';

export function DeskScreens({ screen, rest }: { screen: string; rest: string[] }) {
  if (screen === 'cases') return rest[0] ? <CaseScreen id={rest[0]} /> : <CasesScreen />;
  if (screen === 'quarantine') return rest[0] ? <MendScreen key={rest[0]} id={rest[0]} /> : <QuarantineScreen />;
  if (screen === 'people' && rest[1] === 'same') return <SamePersonScreen key={rest[0]} id={rest[0]!} />;
  if (screen === 'people') return rest[0] ? <PersonScreen id={rest[0]} /> : <PeopleScreen />;
  if (screen === 'invite') return <InviteScreen key={rest[0]} person={rest[0]} />;
  if (screen === 'invitations') return <InvitationsScreen />;
  if (screen === 'devices') return <DevicesScreen />;
  if (screen === 'map') return <MapScreen />;
  if (screen === 'lists') return <ListsScreen collection={rest[0]} />;
  if (screen === 'coming') return <ComingScreen />;
  if (screen === 'delivered') return <DeliveredScreen />;
  return <QueuesScreen />;
}
