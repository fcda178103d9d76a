// Files that the server takes, and one that it refuses: whole in their form, whatever they show.

const segment = (code: number, content: string) => {
  const body = Buffer.from(content, 'latin1');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(body.length + 2);
  return Buffer.concat([Buffer.from([0xff, code]), length, body]);
};

/** A JPEG of about `bytes` bytes (ITU-T T.81, annex B); no two seeds make the same. */
export function jpeg(bytes: number, seed: number, exif = false): Buffer {
  const scan = Buffer.alloc(bytes);
  for (let at = 0, state = seed; at < bytes; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    scan[at] = (state >>> 16) % 255; // never 255, which would begin a marker
  }
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    exif ? segment(0xe1, 'Exif\0\0MM\0*\0\0\0\b\0\0') : segment(0xe0, 'JFIF\0\x01\x01\0\0\x01\0\x01\0\0'),
    segment(0xda, '\x01\x01\0\0?\0'),
    scan,
    Buffer.from([0xff, 0xd9]),
  ]);
}
