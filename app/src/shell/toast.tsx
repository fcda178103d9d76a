// One short message about what was just done.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { route } from './router';

const message = signal('');
let timer: ReturnType<typeof setTimeout> | undefined;
let saidAt = 0;
const SHOWN_MS = 6_000;
/** The screen that follows an act still shows what was done; the next one does not. */
const FOLLOWS_MS = 150;

export function say(text: string): void {
  message.value = text;
  saidAt = performance.now();
  clearTimeout(timer);
  timer = setTimeout(() => (message.value = ''), SHOWN_MS);
}

export function Toast() {
  useEffect(() => {
    if (performance.now() - saidAt > FOLLOWS_MS) message.value = '';
  }, [route.value]);
  return (
    <div class="toast" role="status">
      {message.value && <p>{message.value}</p>}
    </div>
  );
}
