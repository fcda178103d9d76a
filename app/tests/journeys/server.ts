// The real server with its own data, and before it a small front that serves the bundle and can spoil the link.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, existsSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';

const TYPES: { [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};
const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob: data:; object-src 'none'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export interface Invitation {
  code: string;
  person: string;
}

/** What the link does to the next answers of `/v1/sync`. */
export type Fault = 'lose_answer' | 'refuse';

export class TrialServer {
  readonly data = mkdtempSync(join(tmpdir(), 'suoi-app-'));
  private process: ChildProcess | undefined;
  private front: Server | undefined;
  private backend = '';
  private address_ = '';
  faults: Fault[] = [];
  /** Requests that the front saw since it was last emptied: method, path, bytes sent. */
  seen: { path: string; bytes: number }[] = [];
  /** Another build of the app, served instead of the first one. */
  bundle: string;

  constructor(
    private readonly binary: string,
    bundle: string,
  ) {
    this.bundle = bundle;
  }

  get address(): string {
    return this.address_;
  }

  run(...words: string[]): any {
    return JSON.parse(execFileSync(this.binary, [...words, '--data', this.data, '--json'], { encoding: 'utf8' }));
  }

  async start(): Promise<void> {
    rmSync(this.data, { recursive: true });
    this.run('init', '--sample');
    await this.serve();
    this.front = createServer((question, answer) => void this.pass(question, answer));
    await new Promise<void>((done) => this.front!.listen(0, '127.0.0.1', done));
    this.address_ = `http://127.0.0.1:${(this.front.address() as AddressInfo).port}`;
  }

  private async serve(): Promise<void> {
    const words = ['serve', '--data', this.data, '--json', '--plain-http', '--listen', '127.0.0.1:0'];
    this.process = spawn(this.binary, words, { stdio: ['ignore', 'pipe', 'ignore'] });
    const line = await new Promise<string>((done, fail) => {
      this.process!.stdout!.once('data', (bytes: Buffer) => done(bytes.toString()));
      this.process!.once('exit', () => fail(new Error('the server did not start')));
    });
    this.backend = JSON.parse(line).listening;
  }

  /** Takes the server back to `backup`, a file that it wrote, as after the loss of a disk. */
  async restore(backup: string): Promise<void> {
    await this.end();
    rmSync(this.data, { recursive: true });
    this.run('restore', '--from', backup);
    await this.serve();
  }

  private async end(): Promise<void> {
    if (!this.process) return;
    const ended = new Promise((done) => this.process!.once('exit', done));
    this.process.kill();
    await ended;
    this.process = undefined;
  }

  invite(name: string, role: string, unit: string, organisation?: string): Invitation {
    const more = organisation ? ['--organisation', organisation] : [];
    return this.run('invite', '--name', name, '--role', role, '--unit', unit, ...more);
  }

  invitePerson(person: string): Invitation {
    return this.run('invite', '--person', person);
  }

  private async pass(question: IncomingMessage, answer: ServerResponse): Promise<void> {
    const path = question.url!.split('?')[0]!;
    const own = path === '/' ? '/index.html' : path;
    if (question.method === 'GET' && existsSync(join(this.bundle, own))) return this.file(own, question, answer);
    const fault = path === '/v1/sync' ? this.faults.shift() : undefined;
    if (fault === 'refuse') return void question.socket.destroy();
    const { hostname, port } = new URL(this.backend);
    const options = { hostname, port, path: question.url, method: question.method, headers: question.headers };
    const onward = httpRequest(options, (said) => {
      if (fault === 'lose_answer') {
        said.resume();
        said.on('end', () => question.socket.destroy());
        return;
      }
      answer.writeHead(said.statusCode!, said.headers);
      said.pipe(answer);
    });
    onward.on('error', () => question.socket.destroy());
    question.pipe(onward);
    this.seen.push({ path, bytes: Number(question.headers['content-length'] ?? 0) });
  }

  private file(own: string, question: IncomingMessage, answer: ServerResponse): void {
    const path = question.url!;
    const br = /\bbr\b/.test(String(question.headers['accept-encoding']));
    const zipped = join(this.bundle, `${own}.${br ? 'br' : 'gz'}`);
    const compressed = existsSync(zipped);
    const body = readFileSync(compressed ? zipped : join(this.bundle, own));
    this.seen.push({ path, bytes: body.length });
    answer.writeHead(200, {
      'Content-Type': TYPES[extname(own)] ?? 'application/octet-stream',
      'Cache-Control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      'Content-Security-Policy': POLICY,
      ...(compressed && { 'Content-Encoding': br ? 'br' : 'gzip', Vary: 'Accept-Encoding' }),
    });
    answer.end(body);
  }

  async stop(): Promise<void> {
    this.front?.closeAllConnections();
    this.front?.close();
    await this.end();
    rmSync(this.data, { recursive: true, force: true });
  }
}
