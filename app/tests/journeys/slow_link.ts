// A proxy that makes a link slow: bytes at a rate, both ways late, and a new connection costs a round trip. Unlike the
// browser's own emulation it also slows the service worker.

import { createServer, connect, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

const PIECE = 512;

/** One direction of the link, shared by all connections. */
class Lane {
  private free = 0;

  constructor(
    private readonly bytesPerSecond: number,
    private readonly delayMs: number,
  ) {}

  carry(bytes: Buffer, to: Socket): void {
    for (let at = 0; at < bytes.length; at += PIECE) {
      const piece = bytes.subarray(at, at + PIECE);
      this.free = Math.max(this.free, performance.now()) + (piece.length / this.bytesPerSecond) * 1000;
      setTimeout(() => to.writable && to.write(piece), this.free - performance.now() + this.delayMs);
    }
  }

  /** After everything that is under way. */
  end(to: Socket): void {
    setTimeout(() => to.end(), Math.max(0, this.free - performance.now()) + this.delayMs + 50);
  }
}

export class SlowLink {
  private server: Server | undefined;
  /** Counts what a phone would pay for. */
  bytesDown = 0;

  constructor(
    private readonly target: string,
    private readonly bitsPerSecond: number,
    private readonly roundTripMs: number,
  ) {}

  async start(): Promise<string> {
    const up = new Lane(this.bitsPerSecond / 8, this.roundTripMs / 2);
    const down = new Lane(this.bitsPerSecond / 8, this.roundTripMs / 2);
    this.server = createServer((phone) => {
      const port = Number(new URL(this.target).port);
      const far = connect(port, '127.0.0.1');
      const early: Buffer[] = [];
      let open = false;
      phone.on('data', (bytes: Buffer) => (open ? up.carry(bytes, far) : early.push(bytes)));
      setTimeout(() => {
        open = true;
        for (const bytes of early) up.carry(bytes, far);
      }, this.roundTripMs);
      far.on('data', (bytes: Buffer) => {
        this.bytesDown += bytes.length;
        down.carry(bytes, phone);
      });
      phone.on('end', () => up.end(far));
      far.on('end', () => down.end(phone));
      for (const side of [phone, far]) side.on('error', () => [phone, far].forEach((one) => one.destroy()));
    });
    await new Promise<void>((done) => this.server!.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server?.close();
  }
}
