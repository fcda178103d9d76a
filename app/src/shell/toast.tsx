// One short message about what was just done.

import { effect, signal } from '@preact/signals';
import { route } from './router';

const message = signal('');
let timer: ReturnType<typeof setTimeout> | undefined;
const SHOWN_MS = 6_000;
/** The address that the message belongs to. */
let saidAt = '';

/** Said after going to the screen that shows it. */
export function say(text: string): void {
  message.value = text;
  saidAt = location.hash;
  clearTimeout(timer);
  timer = setTimeout(() => (message.value = ''), SHOWN_MS);
}

effect(() => {
  if (route.value && location.hash !== saidAt) message.value = '';
});

export function Toast() {
  return (
    <div class="toast" role="status">
      {message.value && <p>{message.value}</p>}
    </div>
  );
}
