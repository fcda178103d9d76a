// One short message about what was just done.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
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

export function Toast() {
  useEffect(() => {
    if (location.hash !== saidAt) message.value = '';
  }, [route.value]);
  return (
    <div class="toast" role="status">
      {message.value && <p>{message.value}</p>}
    </div>
  );
}
