// What is said of photographs on the page of the outbox.

import { useEffect, useState } from 'preact/hooks';
import { numberText } from '../shell/format';
import { client } from '../shell/model';
import { photosWaiting } from '../shell/photos';
import { PhotoStore } from './store';
import { photoTexts } from './texts';

export function WaitingPhotos() {
  const t = photoTexts.value;
  const [refused, setRefused] = useState(0);
  const waiting = photosWaiting.value;
  useEffect(() => {
    void new PhotoStore(client.name).all().then((photos) => setRefused(photos.filter((one) => one.refused).length));
  }, [waiting]);
  if (waiting + refused === 0) return null;
  return (
    <>
      <h2>{t.title}</h2>
      {waiting > 0 && (
        <p>
          {t.waiting(numberText(waiting))} {t.exportHint}
        </p>
      )}
      {refused > 0 && <p class="call">{t.refused(numberText(refused))}</p>}
    </>
  );
}
