// A link that breaks: a TCP proxy that cuts the connection after so many bytes up, and then leads wherever it is told.

import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export class CuttingLink {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  /** Bytes that went up on each connection. */
  readonly up: number[] = [];
  private cutAfter = Infinity;
  private onCut: () => void = () => undefined;
  private kind: 'cut' | 'hold' = 'cut';

  constructor(public target: string) {}

  async start(): Promise<string> {
    this.server = createServer((phone) => this.carry(phone));
    await new Promise<void>((done) => this.server!.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Cuts the connection that next carries this many bytes up; once. */
  cut(bytes: number): Promise<void> {
    return this.after(bytes, 'cut');
  }

  /** Lets nothing more up on it, but leaves it open; once. */
  hold(bytes: number): Promise<void> {
    return this.after(bytes, 'hold');
  }

  private after(bytes: number, kind: 'cut' | 'hold'): Promise<void> {
    this.cutAfter = bytes;
    this.kind = kind;
    return new Promise((done) => (this.onCut = done));
  }

  private carry(phone: Socket): void {
    const far = connect(Number(new URL(this.target).port), '127.0.0.1');
    const index = this.up.push(0) - 1;
    for (const side of [phone, far]) {
      this.sockets.add(side);
      side.on('error', () => [phone, far].forEach((one) => one.destroy()));
      side.on('close', () => this.sockets.delete(side));
    }
    phone.on('data', (bytes: Buffer) => {
      const room = this.cutAfter - this.up[index]!;
      const passed = bytes.subarray(0, Math.max(0, Math.min(bytes.length, room)));
      this.up[index]! += passed.length;
      if (!far.write(passed)) {
        phone.pause();
        far.once('drain', () => phone.resume());
      }
      if (passed.length === bytes.length) return;
      this.cutAfter = Infinity;
      this.onCut();
      if (this.kind === 'hold') return void phone.removeAllListeners('data').pause();
      phone.destroy();
      far.end(); // what is under way still arrives, as on a real link
    });
    phone.on('end', () => far.end());
    far.on('data', (bytes: Buffer) => phone.writable && phone.write(bytes));
    far.on('close', () => phone.destroy());
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server?.close();
  }
}
