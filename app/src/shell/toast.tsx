// One short message about what was just done.

import { signal } from '@preact/signals';

const message = signal('');
let timer: ReturnType<typeof setTimeout> | undefined;
const SHOWN_MS = 6_000;

export function say(text: string): void {
  message.value = text;
  clearTimeout(timer);
  timer = setTimeout(() => (message.value = ''), SHOWN_MS);
}

export const Toast = () => (
  <div class="toast" role="status">
    {message.value && <p>{message.value}</p>}
  </div>
);
