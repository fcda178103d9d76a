// Three requests that ask for far more than they bring: how long until they are refused, and what memory that took.
//
//   node bombs.mjs HOST PORT CA PID
//
// Each five times on a connection of its own, over TLS, to the server of that process id. The time is from having handed
// over the last byte to the answer. Exits 1 where one is not refused within 100 ms (median), or makes the server's resident memory (VmHWM) rise by 64 MiB or more.
import { readFileSync, writeFileSync } from "node:fs";
import tls from "node:tls";
import { createGzip } from "node:zlib";

const [host, port, caFile, pid] = process.argv.slice(2);
const ca = readFileSync(caFile);
const REFUSED_WITHIN_MS = 100;
const TRIES = 5; // the median: other work on the machine is no fault of the server
const MEMORY_KIB = 64 * 1024;

const status = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);

async function zipped(pieces) {
  const gzip = createGzip({ level: 9 });
  const out = [];
  gzip.on("data", (bytes) => out.push(bytes));
  const done = new Promise((resolve) => gzip.once("end", resolve));
  for (const piece of pieces) if (!gzip.write(piece)) await new Promise((resolve) => gzip.once("drain", resolve));
  gzip.end();
  await done;
  return Buffer.concat(out);
}

const request = (extra, body) =>
  Buffer.concat([
    Buffer.from(
      `POST /v1/sync HTTP/1.1\r\nHost: suoi.test\r\nContent-Type: application/json\r\n${extra}` +
        `Content-Length: ${body.length}\r\n\r\n`,
    ),
    body,
  ]);

function* repeated(piece, times) {
  for (let n = 0; n < times; n += 1) yield piece;
}

// Time from the last byte sent (or from the first, where the server refuses earlier) to the answer.
function exchange(bytes) {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host, port: Number(port), ca, servername: "localhost" }, () => {
      let began = performance.now();
      let first = true;
      socket.write(bytes, () => first && (began = performance.now()));
      socket.once("data", (answer) => {
        first = false;
        const code = /"code":"(\w+)"/.exec(answer.toString())?.[1];
        resolve({ ms: performance.now() - began, status: Number(answer.toString().slice(9, 12)), code });
        socket.destroy();
      });
    });
    socket.once("error", reject);
  });
}

const MiB = 1 << 20;
const nested = await zipped(repeated(Buffer.alloc(MiB, "["), 4));
const bombs = {
  "gzip bomb of 1 GiB": request("Content-Encoding: gzip\r\n", await zipped(repeated(Buffer.alloc(MiB), 1024))),
  "4 million levels of nesting": request("", Buffer.alloc(4_194_304, "[")),
  "4 million levels of nesting, gzip": request("Content-Encoding: gzip\r\n", nested),
  "100,000 headers": Buffer.from(`GET /readyz HTTP/1.1\r\nHost: suoi.test\r\n${"X-A: b\r\n".repeat(100_000)}\r\n`),
};
let failed = 0;
await exchange(request("", Buffer.from("{}"))); // the server's first connection pays for what all share
for (const [name, bytes] of Object.entries(bombs)) {
  const tries = [];
  for (let n = 0; n < TRIES; n += 1) {
    writeFileSync(`/proc/${pid}/clear_refs`, "5"); // VmHWM begins anew
    const before = status("VmRSS");
    tries.push({ ...(await exchange(bytes)), kib: status("VmHWM") - before });
  }
  tries.sort((a, b) => a.ms - b.ms);
  const ms = tries[(TRIES - 1) / 2].ms;
  const kib = Math.max(...tries.map((one) => one.kib));
  const refused = tries.every((one) => one.status >= 400 && one.status < 500);
  const ok = refused && ms < REFUSED_WITHIN_MS && kib < MEMORY_KIB;
  failed += ok ? 0 : 1;
  const { status: answered, code } = tries[0];
  const line = { bomb: name, sent_bytes: bytes.length, status: answered, code, median_ms: Math.round(ms), kib, ok };
  console.log(JSON.stringify({ ...line, slowest_ms: Math.round(tries.at(-1).ms) }));
}
process.exit(failed === 0 ? 0 : 1);
