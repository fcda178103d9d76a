// Screens that are not part of the first download; the worker fetches and keeps them, so they open without signal.

import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Page } from '../ui/page';
import { texts } from './language';

/** `part`: of a screen; nothing stands in its place until it is there. */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  part?: 'part',
): ComponentType<Props> {
  let screen: ComponentType<Props> | undefined;
  return function Later(props: Props) {
    const [, setLoaded] = useState(false);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (screen) return;
      load().then(
        (loaded) => {
          screen = loaded;
          setLoaded(true);
        },
        () => setFailed(true),
      );
    }, []);
    const Screen = screen;
    if (Screen) return <Screen {...props} />;
    if (part) return null;
    return <Page title={texts.value.loading}>{failed && <p>{texts.value.needsSignal}</p>}</Page>;
  };
}
