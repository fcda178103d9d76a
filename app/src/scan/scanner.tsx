// The camera, or a picture of the code; whoever has neither types instead.

import '../style/scan.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import { scanTexts } from './texts';
import { openReader, type CodeReader } from './read_code';

const PAUSE_MS = 150;

interface ScannerProps {
  onText(text: string): void;
  /** What to hold before the camera. */
  hint: string;
}

type Sight = 'asking' | 'on' | 'denied' | 'no_reader';

/** Runs the camera while the component is there, and hands on each text that it sees. */
function useCamera(onText: (text: string) => void) {
  const video = useRef<HTMLVideoElement>(null);
  const tell = useRef(onText);
  tell.current = onText;
  const [sight, setSight] = useState<Sight>('asking');
  useEffect(() => {
    let here = true;
    let stream: MediaStream | undefined;
    const look = async (read: CodeReader) => {
      while (here) {
        const text = video.current ? await read(video.current).catch(() => undefined) : undefined;
        if (text && here) tell.current(text);
        await new Promise((done) => setTimeout(done, PAUSE_MS));
      }
    };
    const start = async () => {
      const wish = { video: { facingMode: 'environment', width: { ideal: 1280 } } };
      stream = await navigator.mediaDevices?.getUserMedia(wish).catch(() => undefined);
      if (!here) return stop();
      if (!stream || !video.current) return setSight('denied');
      video.current.srcObject = stream;
      await video.current.play().catch(() => undefined);
      const read = await openReader().catch(() => undefined);
      if (!read) return setSight('no_reader');
      setSight('on');
      await look(read);
    };
    const stop = () => stream?.getTracks().forEach((track) => track.stop());
    void start();
    return () => {
      here = false;
      stop();
    };
  }, []);
  return { video, sight };
}

export function Scanner({ onText, hint }: ScannerProps) {
  const t = scanTexts.value;
  const { video, sight } = useCamera(onText);
  const states: { [sight in Sight]: string } = { asking: t.asking, on: hint, denied: t.denied, no_reader: t.noReader };
  return (
    <div class="scanner">
      <video ref={video} muted playsInline aria-label={t.camera} hidden={sight === 'denied'} />
      <p role="status">{states[sight]}</p>
      <PictureButton onText={onText} />
    </div>
  );
}

async function textIn(file: File): Promise<string | undefined> {
  const picture = await createImageBitmap(file).catch(() => undefined);
  return picture && (await openReader())(picture);
}

export function PictureButton({ onText }: { onText(text: string): void }) {
  const t = scanTexts.value;
  const [error, setError] = useState('');
  const choose = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    input.value = '';
    if (!file) return;
    setError('');
    const text = await textIn(file).catch(() => undefined);
    if (text) onText(text);
    else setError(t.nothingInPicture);
  };
  return (
    <div class="field">
      <label class="button" for="picture">
        {t.picture}
      </label>
      <input
        id="picture"
        class="unseen"
        type="file"
        accept="image/*"
        aria-describedby={error ? 'picture-error' : undefined}
        onChange={(event) => void choose(event.currentTarget)}
      />
      {error && (
        <p class="error" id="picture-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
