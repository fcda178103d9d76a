// Screens of some roles, fetched when they are first opened.

import { useEffect, useState } from 'preact/hooks';
import type { ComponentType } from 'preact';
import { Page } from '../ui/page';
import { texts } from './language';

type DeskScreens = { DeskScreens: ComponentType<{ screen: string; rest: string[] }> };

export function Later(props: { screen: string; rest: string[] }) {
  const [loaded, setLoaded] = useState<DeskScreens>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    import('../desk/desk').then(setLoaded, () => setFailed(true));
  }, []);
  if (loaded) return <loaded.DeskScreens {...props} />;
  return <Page title={texts.value.loading}>{failed && <p>{texts.value.needsSignal}</p>}</Page>;
}
