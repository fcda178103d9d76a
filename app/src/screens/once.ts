// A tap that lands twice acts once: a second call while the first one still writes does nothing.

import { useRef } from 'preact/hooks';

export function useOnce<Given extends unknown[]>(act: (...given: Given) => Promise<unknown>): (...given: Given) => Promise<void> {
  const running = useRef(false);
  return async (...given) => {
    if (running.current) return;
    running.current = true;
    try {
      await act(...given);
    } finally {
      running.current = false;
    }
  };
}
