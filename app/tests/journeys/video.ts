// A camera that sees QR codes: an uncompressed film (YUV4MPEG2) for Chromium's pretended camera, one code after another.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'uqr';

const WIDTH = 640;
const HEIGHT = 480;
const FRAMES_EACH = 4;
/** Not white and not black: paper in a dim room. */
const PAPER = 180;
const INK = 60;

function frame(text: string): Buffer {
  const { data, size } = encode(text, { ecc: 'Q', border: 4 });
  const scale = Math.floor(HEIGHT / size);
  const [left, top] = [(WIDTH - size * scale) >> 1, (HEIGHT - size * scale) >> 1];
  const luma = Buffer.alloc(WIDTH * HEIGHT, PAPER);
  for (let y = 0; y < size * scale; y++) {
    for (let x = 0; x < size * scale; x++) {
      if (data[Math.floor(y / scale)]![Math.floor(x / scale)]) luma[(top + y) * WIDTH + left + x] = INK;
    }
  }
  return Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc((WIDTH * HEIGHT) / 2, 128)]);
}

/** The file of a film that shows these codes in turn. */
export function filmOf(texts: string[]): string {
  const file = join(mkdtempSync(join(tmpdir(), 'suoi-film-')), 'camera.y4m');
  const frames = texts.flatMap((text) => Array.from({ length: FRAMES_EACH }, () => frame(text)));
  writeFileSync(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F5:1 Ip A1:1 C420\n`), ...frames]));
  return file;
}
