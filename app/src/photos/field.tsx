// A field for photographs: chosen or taken now, made small, and on the phone's disk before the form shows them.

import { useState } from 'preact/hooks';
import { numberText } from '../shell/format';
import { client } from '../shell/model';
import { Picture } from './pictures';
import { shrink } from './shrink';
import { PhotoStore } from './store';
import { photoTexts } from './texts';

interface PhotoFieldProps {
  digests: string[];
  set(digests: string[]): void;
  most: number;
}

export function PhotoField({ digests, set, most }: PhotoFieldProps) {
  const t = photoTexts.value;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const add = async (file: File) => {
    const bytes = await shrink(file);
    if (!bytes) return setError(t.unreadable);
    const digest = await new PhotoStore(client.name).add(bytes, Date.now());
    if (!digests.includes(digest)) set([...digests, digest]);
  };
  const choose = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    if (!file) return;
    setError('');
    setBusy(true);
    await add(file).catch(() => setError(t.notSaved));
    setBusy(false);
    input.value = '';
  };
  return (
    <div class={error ? 'field wrong' : 'field'}>
      <label for="photo">{t.label}</label>
      <span class="hint" id="photo-hint">
        {t.hint}
      </span>
      <span class="error" id="photo-error" role="alert">
        {error}
      </span>
      {digests.map((digest, index) => (
        <p key={digest}>
          <Picture digest={digest} alt={t.chosen(numberText(index + 1))} />
          <button type="button" onClick={() => set(digests.filter((one) => one !== digest))}>
            {t.remove(numberText(index + 1))}
          </button>
        </p>
      ))}
      {digests.length < most && (
        <input
          id="photo"
          type="file"
          accept="image/*"
          disabled={busy}
          aria-describedby="photo-hint photo-error"
          onChange={(event) => void choose(event.currentTarget)}
        />
      )}
      <span role="status">{busy && t.working}</span>
    </div>
  );
}

export const photosText = (digests: string[]): string =>
  digests.length > 0 ? photoTexts.value.count(numberText(digests.length)) : photoTexts.value.none;
