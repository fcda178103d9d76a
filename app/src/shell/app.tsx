// The frame around every screen: bars, tabs by role, and which screen an address names.

import { useEffect } from 'preact/hooks';
import { JoinScreen } from '../screens/join';
import { Missing } from '../screens/missing';
import { NeedScreen, NeedsScreen } from '../screens/needs';
import { RecordScreen } from '../screens/record';
import { TodayScreen } from '../screens/today';
import { later } from './later';
import { language, speak, texts } from './language';
import { locked } from './lock';
import { find, hasRole, identity, text } from './model';
import { otherProfiles } from './profiles';
import { go, route, type Route } from './router';
import { SyncBar } from './sync_bar';
import { Toast } from './toast';
import { update, updateReady } from './update';

const more = () => import('../screens/more');
const papers = () => import('../screens/papers');
const ActivityScreen = later(async () => (await more()).ActivityScreen);
const HandoutForm = later(async () => (await more()).HandoutForm);
const NeedForm = later(async () => (await more()).NeedForm);
const PlanForm = later(async () => (await more()).PlanForm);
const RecordActivityForm = later(async () => (await more()).RecordActivityForm);
const ReturnedScreen = later(async () => (await more()).ReturnedScreen);
const StepsScreen = later(async () => (await more()).StepsScreen);
const SyncScreen = later(async () => (await more()).SyncScreen);
const BadgeScreen = later(async () => (await papers()).BadgeScreen);
const CountScreen = later(async () => (await more()).CountScreen);
const CertificateScreen = later(async () => (await papers()).CertificateScreen);
const CertificatesScreen = later(async () => (await papers()).CertificatesScreen);
const OpenNeedsScreen = later(async () => (await papers()).OpenNeedsScreen);
const VerifyScreen = later(async () => (await papers()).VerifyScreen);
const LockScreen = later(async () => (await import('../screens/access')).LockScreen);
const SignInScreen = later(async () => (await import('../screens/access')).SignInScreen);
const DeskScreens = later(async () => (await import('../desk/desk')).DeskScreens);

type Tab = keyof ReturnType<typeof tabTexts>;
const tabTexts = () => texts.value.tabs;

export const isDesk = (): boolean => hasRole('coordinator', 'province_admin', 'auditor');
export const isCommune = (): boolean => !isDesk() && hasRole('commune_leader');

function tabs(): Tab[] {
  if (isDesk()) return ['desk', 'cases', 'approvals', 'lists', 'quarantine', 'sync'];
  if (isCommune()) return ['needs', 'coming', 'delivered', 'check', 'sync'];
  return ['today', 'record', 'certificates', 'sync'];
}

function open({ name, rest, query }: Route) {
  if (name === 'verify') return <VerifyScreen />;
  if (name === 'open-needs') return <OpenNeedsScreen />;
  if (name === 'sign-in') return <SignInScreen />;
  if (!identity.value || name === 'enrol') return <JoinScreen code={query.get('code') ?? ''} />;
  if (locked.value) return <LockScreen />;
  switch (name || tabs()[0]) {
    case 'today':
      return <TodayScreen />;
    case 'record':
      if (rest[0] === 'activity') return <RecordActivityForm step={rest[1]} plan={query.get('plan')} />;
      if (rest[0] === 'plan') return <PlanForm step={rest[1]} plan={query.get('plan')} />;
      if (rest[0] === 'need') return <NeedForm step={rest[1]} />;
      if (rest[0] === 'handout') return <HandoutForm step={rest[1]} need={query.get('need')} />;
      return <RecordScreen />;
    case 'badge':
      return <BadgeScreen />;
    case 'count':
      return <CountScreen id={rest[0]} />;
    case 'activity':
      return <ActivityScreen id={rest[0]} />;
    case 'certificates':
      return rest[0] ? <CertificateScreen id={rest[0]} /> : <CertificatesScreen />;
    case 'sync':
      return <SyncScreen />;
    case 'returned':
      return <ReturnedScreen item={rest.join('/')} />;
    case 'attest':
      return <StepsScreen step="attest" />;
    case 'check':
      return <StepsScreen step="check" />;
    case 'approvals':
      return <StepsScreen step="approve" />;
    case 'needs':
      return rest[0] ? <NeedScreen id={rest[0]} /> : <NeedsScreen unit={query.get('unit')} place={query.get('place')} />;
    case 'desk':
    case 'cases':
    case 'quarantine':
    case 'lists':
    case 'people':
    case 'map':
    case 'invite':
    case 'invitations':
    case 'devices':
    case 'coming':
    case 'delivered':
      return <DeskScreens screen={name || 'desk'} rest={rest} />;
    default:
      return <Missing />;
  }
}

/** On a phone of several people it has to be plain whose turn it is. */
const shared = (): boolean => otherProfiles().length > 0;

function Header() {
  const other = language.value === 'vi' ? 'en' : 'vi';
  return (
    <header>
      <a href="#/" class="brand">
        {texts.value.app}
      </a>
      {shared() && <span class="who">{text(find(identity.value?.person), 'full_name')}</span>}
      <button type="button" class="plain" lang={other} onClick={() => void speak(other)}>
        {texts.value.language}
      </button>
    </header>
  );
}

function Tabs() {
  if (!identity.value || locked.value) return null;
  const here = route.value.name || tabs()[0];
  return (
    <nav aria-label={texts.value.menu} class={isDesk() ? 'tabs desk' : 'tabs'}>
      {tabs().map((tab) => (
        <a key={tab} href={`#/${tab}`} aria-current={tab === here ? 'page' : undefined}>
          {tabTexts()[tab]}
        </a>
      ))}
    </nav>
  );
}

function UpdateBar() {
  if (!updateReady.value) return null;
  return (
    <div class="updatebar" role="status">
      <p>{texts.value.updateReady}</p>
      <button type="button" onClick={() => void update()}>
        {texts.value.update}
      </button>
    </div>
  );
}

/** Jumping to the content must not look like a change of address to the router. */
function skip(event: Event) {
  event.preventDefault();
  document.querySelector<HTMLElement>('h1')?.focus();
}

export function App() {
  useEffect(() => {
    if (identity.value && route.value.name === '') go(tabs()[0]!);
  }, [identity.value !== undefined]);
  return (
    <>
      <a class="skip" href="#content" onClick={skip}>
        {texts.value.skip}
      </a>
      <Header />
      <UpdateBar />
      <SyncBar />
      {open(route.value)}
      <Toast />
      <Tabs />
    </>
  );
}
