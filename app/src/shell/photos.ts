// How many photographs are only on this phone. What handles them is fetched later.

import { signal } from '@preact/signals';

export const photosWaiting = signal(0);
