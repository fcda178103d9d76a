// Screens of the commune and of the coordinator's desk.

import { useEffect } from 'preact/hooks';
import { language } from '../shell/language';
import { CasesScreen } from './cases';
import { CaseScreen } from './case';
import { ComingScreen } from './coming';
import { DeliveredScreen } from './delivered';
import { ListsScreen } from './lists';
import { QuarantineScreen } from './quarantine';
import { QueuesScreen } from './queues';
import { loadDeskTexts } from './texts';

export function DeskScreens({ screen, rest }: { screen: string; rest: string[] }) {
  useEffect(() => void loadDeskTexts(), [language.value]);
  if (screen === 'cases') return rest[0] ? <CaseScreen id={rest[0]} /> : <CasesScreen />;
  if (screen === 'quarantine') return <QuarantineScreen />;
  if (screen === 'lists') return <ListsScreen collection={rest[0]} />;
  if (screen === 'coming') return <ComingScreen />;
  if (screen === 'delivered') return <DeliveredScreen />;
  return <QueuesScreen />;
}
