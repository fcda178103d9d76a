// The real server on loopback, which a test may kill at any moment and start again.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class RealServer {
  private readonly folder = mkdtempSync(join(tmpdir(), 'suoi-files-'));
  private readonly data = join(this.folder, 'data');
  private process: ChildProcess | undefined;

  constructor(private readonly binary = process.env['SUOI_BINARY']!) {}

  run(...words: string[]): any {
    return JSON.parse(execFileSync(this.binary, [...words, '--data', this.data, '--json'], { encoding: 'utf8' }));
  }

  /** The address, another one each time. */
  async serve(): Promise<string> {
    const words = ['serve', '--data', this.data, '--json', '--plain-http', '--listen', '127.0.0.1:0'];
    this.process = spawn(this.binary, words, { stdio: ['ignore', 'pipe', 'ignore'] });
    const line = await new Promise<string>((done, fail) => {
      this.process!.stdout!.once('data', (bytes: Buffer) => done(bytes.toString()));
      this.process!.once('exit', () => fail(new Error('the server did not start')));
    });
    return JSON.parse(line).listening;
  }

  async kill(): Promise<void> {
    const process = this.process;
    if (!process) return;
    const ended = new Promise((done) => process.once('exit', done));
    process.kill('SIGKILL');
    await ended;
    this.process = undefined;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
