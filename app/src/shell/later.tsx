// Screens that are not part of the first download; the worker fetches and keeps them, so they open without signal.

import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Page } from '../ui/page';
import { texts } from './language';

export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
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
    return <Page title={texts.value.loading}>{failed && <p>{texts.value.needsSignal}</p>}</Page>;
  };
}
