// Where the person is, from the part of the address behind `#`.

import { signal } from '@preact/signals';

export interface Route {
  /** The screen, for example `activity`; empty on the first one. */
  name: string;
  /** What follows in the path. */
  rest: string[];
  query: URLSearchParams;
}

function read(): Route {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [name = '', ...rest] = path.split('/').map(decodeURIComponent);
  return { name, rest, query: new URLSearchParams(query) };
}

export const route = signal<Route>(read());

export function followAddress(): void {
  addEventListener('hashchange', () => (route.value = read()));
}

export const go = (path: string): void => {
  location.hash = `#/${path}`;
};

/** Takes the place of the present screen, so that going back skips it. */
export const goInstead = (path: string): void => location.replace(`#/${path}`);
