// Holds thousands of slow TLS phones at a server while healthy ones are served, and prints what those had to wait.
//
//   node slow_phones.mjs HOST PORT CA [PHONES] [SECONDS]
//
// A third of the slow ones connects and says nothing (no handshake), a third sends a header a byte at a time, a third
// sends a body a byte at a time; whoever is let go comes back. The healthy ones are a process of their own: each second
// several make a new TLS connection and ask. Exits 1 where p99 is a second or more, or one of them got no answer.
import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import net from "node:net";
import tls from "node:tls";

const [host, port, caFile, phones = "5000", seconds = "60"] = process.argv.slice(2);
const ca = readFileSync(caFile);
const HEALTHY_EVERY_MS = 50;

function askOnce() {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const socket = tls.connect({ host, port: Number(port), ca, servername: "localhost" }, () => {
      socket.write("GET /readyz HTTP/1.1\r\nHost: suoi.test\r\nConnection: close\r\n\r\n");
    });
    let answer = "";
    socket.on("data", (bytes) => (answer += bytes));
    socket.on("error", reject);
    socket.on("close", () => resolve({ ms: performance.now() - began, ok: answer.startsWith("HTTP/1.1 200") }));
  });
}

async function healthy() {
  const waited = [];
  let failed = 0;
  const running = new Set();
  const timer = setInterval(() => {
    const asked = askOnce()
      .then(({ ms, ok }) => (ok ? waited.push(ms) : (failed += 1)))
      .catch(() => (failed += 1))
      .finally(() => running.delete(asked));
    running.add(asked);
  }, HEALTHY_EVERY_MS);
  await new Promise((resolve) => process.once("message", resolve));
  clearInterval(timer);
  await Promise.all(running);
  waited.sort((a, b) => a - b);
  const at = (share) => Math.round(waited[Math.min(waited.length - 1, Math.floor(waited.length * share))]);
  process.send({ asked: waited.length + failed, failed, p50_ms: at(0.5), p99_ms: at(0.99), worst_ms: at(1) });
  process.disconnect();
}

const held = { count: 0, opened: 0, dropped: 0 };

function slowPhone(kind) {
  let timer;
  const open = () => {
    held.opened += 1;
    const socket =
      kind === "silent"
        ? net.connect(Number(port), host)
        : tls.connect({ host, port: Number(port), ca, servername: "localhost" }, () => {
            const body = kind === "body" ? "\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n" : "";
            socket.write(`POST /v1/sync HTTP/1.1\r\nHost: suoi.test${body || "\r\nX-Slow: "}`);
            timer = setInterval(() => socket.write("x"), 3000);
          });
    let counted = false;
    const connected = () => ((counted = true), (held.count += 1));
    socket.once(kind === "silent" ? "connect" : "secureConnect", connected);
    socket.on("data", () => {});
    socket.on("error", () => {});
    socket.on("close", () => {
      clearInterval(timer);
      if (counted) held.count -= 1;
      held.dropped += 1;
      setTimeout(open, 200 + Math.random() * 800);
    });
  };
  open();
}

async function crowd() {
  const total = Number(phones);
  for (let n = 0; n < total; n += 1) {
    slowPhone(["silent", "header", "body"][n % 3]);
    if (n % 20 === 19) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const asking = fork(process.argv[1], process.argv.slice(2), { env: { ...process.env, SLOW_PHONES_HEALTHY: "1" } });
  let least = held.count;
  let most = held.count;
  const watch = setInterval(() => ((least = Math.min(least, held.count)), (most = Math.max(most, held.count))), 200);
  await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
  clearInterval(watch);
  asking.send("stop");
  const result = await new Promise((resolve) => asking.once("message", resolve));
  const line = { slow_phones: total, held_least: least, held_most: most, let_go: held.dropped, healthy: result };
  console.log(JSON.stringify(line));
  process.exit(result.failed === 0 && result.asked > 0 && result.p99_ms < 1000 ? 0 : 1);
}

await (process.env.SLOW_PHONES_HEALTHY ? healthy() : crowd());
