// What the camera of a phone makes of the printed code: 16 simulated frames of one page, four ways of holding the phone
// by four kinds of light and wear. frames.mjs PAGE.pgm CODE.qr FOLDER: PAGE at 300 dpi, CODE what the code says. Prints
// the frames that zbarimg could not read, then "N of 16"; exits 1 below 13.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const WIDTH = 1280;
const HEIGHT = 720;
const AT_LEAST = 13;
const PAGE_MM = 297;
const CODE_MM = 40;
const FRAME_MM = 62; // of the page in the height of the frame: the code fills two thirds of it

const [pageFile, codeFile, folder] = process.argv.slice(2);

function readPgm(file) {
  const bytes = readFileSync(file);
  const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.subarray(0, 64).toString('latin1'));
  return { width: Number(head[1]), height: Number(head[2]), pixels: bytes.subarray(head[0].length) };
}

// A generator of numbers that is the same in every run (mulberry32).
function dice(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// The middle of the code in pixels of the page: the densest square of its size.
function middleOfCode({ width, height, pixels }) {
  const step = 8;
  const side = Math.round((CODE_MM / PAGE_MM) * width);
  let best = { edges: -1, x: 0, y: 0 };
  for (let top = 0; top + side < height; top += 4 * step) {
    for (let left = 0; left + side < width; left += 4 * step) {
      let edges = 0;
      for (let y = top; y < top + side; y += step) {
        for (let x = left; x < left + side; x += 4) {
          if (Math.abs(pixels[y * width + x] - pixels[y * width + x + 4]) > 128) edges++;
        }
      }
      if (edges > best.edges) best = { edges, x: left + side / 2, y: top + side / 2 };
    }
  }
  return best;
}

const HOLDS = [
  { name: 'straight', turn: 0.03, tilt: 0, lean: 0 },
  { name: 'turned', turn: 0.6, tilt: 0.15, lean: 0 },
  { name: 'tilted', turn: -0.2, tilt: 0.5, lean: 0.1 },
  { name: 'from the side', turn: 0.15, tilt: 0.2, lean: 0.55 },
];
const LIGHTS = [
  { name: 'clean', blur: 0, noise: 4, dark: 0, blots: 0 },
  { name: 'out of focus', blur: 1, noise: 6, dark: 0.1, blots: 0 },
  { name: 'dim, half in shade', blur: 0, noise: 10, dark: 0.45, blots: 0 },
  { name: 'with blots', blur: 0, noise: 6, dark: 0.1, blots: 5 },
];

// The point of the page, in mm from the middle of the code, that a pixel of the frame shows: a camera straight above a
// sheet that is tilted about one axis and leans about the other.
function pointSeen(hold, x, y) {
  const scale = FRAME_MM / HEIGHT;
  const distance = 110;
  const u = (x - WIDTH / 2) * scale;
  const v = (y - HEIGHT / 2) * scale;
  // The ray (u, v, distance) meets the plane z = distance + sin(tilt) · b + sin(lean) · a.
  const far = distance / (distance - Math.sin(hold.tilt) * v - Math.sin(hold.lean) * u);
  const a = (u * far) / Math.cos(hold.lean);
  const b = (v * far) / Math.cos(hold.tilt);
  const [cos, sin] = [Math.cos(hold.turn), Math.sin(hold.turn)];
  return { a: a * cos - b * sin, b: a * sin + b * cos };
}

function frameOf(page, middle, hold, light, seed) {
  const random = dice(seed);
  const perMm = page.width / PAGE_MM;
  const blots = Array.from({ length: light.blots }, () => ({
    a: (random() - 0.5) * 30,
    b: (random() - 0.5) * 30,
    r: 1.2 + random() * 0.6,
  }));
  let frame = new Float32Array(WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const { a, b } = pointSeen(hold, x, y);
      const px = middle.x + a * perMm;
      const py = middle.y + b * perMm;
      const [x0, y0] = [Math.floor(px), Math.floor(py)];
      let light0 = 235;
      if (x0 >= 0 && y0 >= 0 && x0 + 1 < page.width && y0 + 1 < page.height) {
        const [fx, fy, at] = [px - x0, py - y0, y0 * page.width + x0];
        const upper = page.pixels[at] * (1 - fx) + page.pixels[at + 1] * fx;
        const lower = page.pixels[at + page.width] * (1 - fx) + page.pixels[at + page.width + 1] * fx;
        light0 = 20 + (upper * (1 - fy) + lower * fy) * 0.84;
      }
      if (blots.some((blot) => (blot.a - a) ** 2 + (blot.b - b) ** 2 < blot.r ** 2)) light0 = 40;
      const shade = 1 - light.dark * (0.4 + 0.6 * (x / WIDTH > 0.5 + 0.1 * Math.sin(y / 90) ? 1 : 0.2));
      frame[y * WIDTH + x] = light0 * shade;
    }
  }
  for (let round = 0; round < 2 * light.blur; round++) frame = softened(frame);
  return Buffer.from(frame.map((value) => Math.max(0, Math.min(255, value + (random() + random() - 1) * 2 * light.noise))));
}

// Each pixel becomes the mean of the nine around it.
function softened(frame) {
  const out = Float32Array.from(frame);
  for (let y = 1; y < HEIGHT - 1; y++) {
    for (let x = 1; x < WIDTH - 1; x++) {
      let sum = 0;
      for (const row of [-WIDTH, 0, WIDTH]) for (const column of [-1, 0, 1]) sum += frame[y * WIDTH + x + row + column];
      out[y * WIDTH + x] = sum / 9;
    }
  }
  return out;
}

function read(file) {
  try {
    return execFileSync('zbarimg', ['-q', '--raw', '-Sdisable', '-Sqrcode.enable', file], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

const page = readPgm(pageFile);
const middle = middleOfCode(page);
const code = readFileSync(codeFile, 'utf8').trim();
let good = 0;
HOLDS.forEach((hold, h) =>
  LIGHTS.forEach((light, l) => {
    const file = `${folder}/frame-${h}${l}.pgm`;
    const head = Buffer.from(`P5\n${WIDTH} ${HEIGHT}\n255\n`);
    writeFileSync(file, Buffer.concat([head, frameOf(page, middle, hold, light, 1 + 4 * h + l)]));
    if (read(file) === code) good++;
    else console.log(`not read: ${hold.name}, ${light.name}`);
  }),
);
console.log(`${good} of ${HOLDS.length * LIGHTS.length}`);
process.exit(good >= AT_LEAST ? 0 : 1);
