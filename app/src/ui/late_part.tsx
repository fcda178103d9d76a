// A part of a screen that is not part of the first download; nothing stands in its place until it is there.

import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

export function latePart<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let part: ComponentType<Props> | undefined;
  return function LatePart(props: Props) {
    const [, setLoaded] = useState(false);
    useEffect(() => {
      if (part) return;
      load().then(
        (loaded) => {
          part = loaded;
          setLoaded(true);
        },
        () => undefined, // without signal before the worker has it; the next opening asks again
      );
    }, []);
    const Part = part;
    return Part ? <Part {...props} /> : null;
  };
}
