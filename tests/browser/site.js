// A Vestibule of one's own: the debug binary, with a fresh SQLite database and a free port.

import { spawn, execFile } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

export const repository = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "../..");
const binary = process.env.VESTIBULE_BINARY ?? path.join(repository, "target/debug/vestibule");
const sql = path.join(repository, "target/debug/examples/sql");
const run = promisify(execFile);

/** Starts the server and waits until it answers. `settings` are `ROCKET_…` variables; browsers reach it as `host`. */
export async function startSite(settings = {}, { host = "127.0.0.1" } = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), "vestibule-browser-"));
  const port = await freePort();
  const url = `http://${host}:${port}`;
  // `localhost` may be another address to this process than to browsers.
  const local = `http://127.0.0.1:${port}`;
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("ROCKET_"));
  const env = {
    ...Object.fromEntries(inherited),
    ROCKET_PROFILE: "debug",
    ROCKET_ADDRESS: "127.0.0.1",
    ROCKET_PORT: String(port),
    ROCKET_PUBLIC_URL: url,
    ROCKET_DATABASES__VESTIBULE__URL: `sqlite://${folder}/vestibule.db`,
    ROCKET_SITE__NAME: "Example Co",
    ROCKET_SITE__LINKS__PRIVACY: "https://example.org/privacy",
    ...settings,
  };
  const server = spawn(binary, ["serve"], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  const log = path.join(folder, "log");
  const file = createWriteStream(log);
  server.stdout.pipe(file, { end: false });
  server.stderr.pipe(file, { end: false });
  const killed = () => server.kill("SIGKILL");
  process.once("exit", killed);

  const site = { url, folder, server, binary, env };
  site.log = () => readFile(log, "utf8");
  site.stop = async () => {
    process.off("exit", killed);
    if (server.exitCode === null && server.signalCode === null) {
      server.kill("SIGTERM");
      await once(server, "exit");
    }
    file.end();
    await rm(folder, { recursive: true, force: true });
  };

  /** What another process does to the database counts after 100 ms; after more where two browsers keep the machine busy. */
  const noticed = () => pause(500);

  /** The command line, with the server's settings. */
  site.command = async (...words) => {
    await run(binary, words, { cwd: folder, env });
    await noticed();
  };

  /** Runs one statement for each list of values (examples/sql.rs): for what no page can bring about, as the passing of a day. */
  site.sql = async (statement, rows = [[]]) => {
    await run(sql, [`${folder}/vestibule.db`, statement, JSON.stringify(rows)]);
    await noticed();
  };

  /** The newest mail to an address, as text: waits for the queue to be worked off. */
  site.mailTo = async (address, { subject = "" } = {}) => {
    for (const deadline = Date.now() + 30_000; Date.now() < deadline; await pause(50)) {
      const list = await (await fetch(`${local}/dev/mailbox`)).text();
      const row = list.split("<tr").find((part) => part.includes(address) && part.includes(subject));
      const link = row?.match(/\/dev\/mailbox\/[^"]+/);
      if (link) {
        const page = await (await fetch(local + link[0])).text();
        return { path: link[0], ...mailFrom(url, unescape(page.match(/<pre>([\s\S]*?)<\/pre>/)[1])) };
      }
    }
    throw new Error(`no mail to ${address} came\n${await site.log()}`);
  };

  for (const deadline = Date.now() + 60_000; ; await pause(50)) {
    const answer = await fetch(`${local}/health/live`).catch(() => null);
    if (answer?.ok) return site;
    if (server.exitCode !== null || Date.now() > deadline) {
      const told = await site.log();
      await site.stop();
      throw new Error(`the server does not start:\n${told}`);
    }
  }
}

const links = /^\/(confirm-email|reset-password|not-me|factors\/stop|account\/email\/(confirm|undo))\//;

/** What a mail's text version holds: its one link and, where there is one, its typed code. */
export function mailFrom(url, text) {
  const link = text.split(/\s+/).find((word) => word.startsWith(url) && links.test(word.slice(url.length)));
  const code = text.match(/^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$/m)?.[1];
  return { text, link, code };
}

function unescape(html) {
  const entities = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'", "#39": "'", "#x2F": "/", "#47": "/" };
  return html.replace(/&(\w+|#\w+);/g, (whole, name) => entities[name] ?? whole);
}

async function freePort() {
  const socket = createServer().listen(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}
