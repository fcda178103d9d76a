// Photographs on the screen: from this phone where it has them, else from the server.

import { useEffect, useState } from 'preact/hooks';
import { client, identity } from '../shell/model';
import { PhotoStore, TYPE } from './store';
import { photoTexts } from './texts';

async function load(digest: string): Promise<Blob | undefined> {
  const own = await new PhotoStore(client.name).get(digest).catch(() => undefined);
  if (own) return new Blob([own.bytes], { type: TYPE });
  const headers = { Authorization: `Bearer ${identity.value?.token}` };
  const answer = await fetch(`/v1/files/${digest}`, { headers }).catch(() => undefined);
  return answer?.ok ? answer.blob() : undefined;
}

export function Picture({ digest, alt }: { digest: string; alt: string }) {
  const [url, setUrl] = useState<string>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let shown: string | undefined;
    let left = false;
    void load(digest).then((blob) => {
      if (left) return;
      if (blob) setUrl((shown = URL.createObjectURL(blob)));
      else setFailed(true);
    });
    return () => {
      left = true;
      if (shown) URL.revokeObjectURL(shown);
    };
  }, [digest]);
  if (url) return <img class="photo" src={url} alt={alt} />;
  return <p class="hint">{failed ? photoTexts.value.notHere : photoTexts.value.loading}</p>;
}

export const Pictures = ({ digests, title }: { digests: string[]; title: string }) => (
  <>
    {digests.map((digest) => (
      <Picture key={digest} digest={digest} alt={photoTexts.value.shown(title)} />
    ))}
  </>
);
