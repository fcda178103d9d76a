// Several people on one phone: each has a store of their own, and only one is open at a time.

const LIST = 'profiles';
const PRESENT = 'profile';
const FIRST = 'suoi';

export interface Profile {
  store: string;
  /** As the person was called when the store was open last; empty before they joined. */
  name: string;
}

function read(): Profile[] {
  try {
    const list = JSON.parse(localStorage.getItem(LIST) ?? '[]') as Profile[];
    return list.length > 0 ? list : [{ store: FIRST, name: '' }];
  } catch {
    return [{ store: FIRST, name: '' }];
  }
}

const write = (list: Profile[]): void => localStorage.setItem(LIST, JSON.stringify(list));

/** The store that is open in this tab. */
export const presentStore = ((): string => {
  const wanted = localStorage.getItem(PRESENT);
  const list = read();
  return list.find(({ store }) => store === wanted)?.store ?? list[0]!.store;
})();

export const otherProfiles = (): Profile[] => read().filter(({ store, name }) => store !== presentStore && name !== '');

export function nameProfile(name: string): void {
  const list = read();
  if (!list.some(({ store }) => store === presentStore)) list.push({ store: presentStore, name });
  const own = list.find(({ store }) => store === presentStore)!;
  if (own.name === name) return;
  own.name = name;
  write(list);
}

/** Opens another store; the app starts anew, so nothing of this one stays in memory. */
export function switchTo(store: string): void {
  localStorage.setItem(PRESENT, store);
  location.replace('#/');
  location.reload();
}

/** Somebody else joins on this phone; who has it now is found again under `present`. */
export function addProfile(present: string): void {
  nameProfile(present);
  const store = `${FIRST}-${crypto.randomUUID().slice(0, 8)}`;
  write([...read().filter(({ name }) => name !== ''), { store, name: '' }]);
  switchTo(store);
}

/** After leaving the phone: its store is empty, and the next person's opens. */
export function forgetProfile(): void {
  const left = read().filter(({ store }) => store !== presentStore);
  write(left);
  if (left[0]) switchTo(left[0].store);
}
