// Reads a QR code from a picture: by the browser where it can, else by our own copy of ZXing, fetched when it is needed.

type Source = HTMLVideoElement | ImageBitmap;
export type CodeReader = (source: Source) => Promise<string | undefined>;

interface Detector {
  detect(source: Source): Promise<{ rawValue: string }[]>;
}
interface DetectorType {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
}

async function byBrowser(): Promise<CodeReader | undefined> {
  const Type = (globalThis as { BarcodeDetector?: DetectorType }).BarcodeDetector;
  const formats = (await Type?.getSupportedFormats().catch(() => [])) ?? [];
  if (!Type || !formats.includes('qr_code')) return undefined;
  const detector = new Type({ formats: ['qr_code'] });
  return async (source) => (await detector.detect(source))[0]?.rawValue;
}

/** Larger frames take longer and are read no better. */
const LONGER_SIDE = 1280;

function pixelsOf(source: Source): ImageData | undefined {
  const [width, height] =
    source instanceof HTMLVideoElement ? [source.videoWidth, source.videoHeight] : [source.width, source.height];
  if (!width || !height) return undefined;
  const scale = Math.min(1, LONGER_SIDE / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

async function byOurselves(): Promise<CodeReader> {
  const { readPixels } = await import('./zxing');
  return async (source) => {
    const pixels = pixelsOf(source);
    return pixels && readPixels(pixels);
  };
}

export const openReader = async (): Promise<CodeReader> => (await byBrowser()) ?? byOurselves();
