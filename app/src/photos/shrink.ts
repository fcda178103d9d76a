// Makes a photograph small in the browser. Drawing it anew also leaves behind what the camera wrote into it (EXIF).

import { TYPE } from './store';

const BYTES_MAX = 100_000;
const SIDE_MAX = 1_600;
const QUALITIES = [0.8, 0.65, 0.5];
const SMALLER = 0.75;

const encoded = (canvas: HTMLCanvasElement, quality: number): Promise<Blob | null> =>
  new Promise((done) => canvas.toBlob(done, TYPE, quality));

function drawn(image: ImageBitmap, scale: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#fff'; // behind pictures with transparent parts
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** A JPEG of at most 100 kB, upright; nothing where the file is no picture that this browser can read. */
export async function shrink(file: Blob): Promise<ArrayBuffer | undefined> {
  const image = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => undefined);
  if (!image) return undefined;
  try {
    for (let scale = Math.min(1, SIDE_MAX / Math.max(image.width, image.height)); ; scale *= SMALLER) {
      const canvas = drawn(image, scale);
      for (const quality of QUALITIES) {
        const blob = await encoded(canvas, quality);
        if (!blob) return undefined;
        if (blob.size <= BYTES_MAX) return await blob.arrayBuffer();
      }
    }
  } finally {
    image.close();
  }
}
