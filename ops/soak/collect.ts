import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { until } from '../bench/waiting.ts';

/** Lets every Node process of a service open its inspector, once it is asked to, at a port that is free. */
export const INSPECTABLE = { NODE_OPTIONS: '--inspect-port=0' };

const LISTENS = '0A';
const PATIENCE_MS = 20_000;

const ports = new Map<number, number>();

/** @returns the TCP ports of IPv4 at which a process listens */
function portsOf(pid: number): number[] {
  const links = readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return '';
    }
  });
  const own = new Set(links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]));
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1);
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === LISTENS && own.has(inode))
    .map(([, address = '']) => parseInt(address.split(':')[1] ?? '', 16));
}

async function inspectorOf(pid: number): Promise<number> {
  const known = ports.get(pid);
  if (known !== undefined) return known;
  const before = portsOf(pid);
  process.kill(pid, 'SIGUSR1');
  const port = await until('an inspector', () => portsOf(pid).find((one) => !before.includes(one)), PATIENCE_MS);
  ports.set(pid, port);
  return port;
}

/**
 * Asks a Node process to collect all its garbage, by way of its inspector: what it holds afterwards it holds for good.
 * @param pid of a process that was started with `INSPECTABLE`
 */
export async function collectGarbage(pid: number): Promise<void> {
  const port = await inspectorOf(pid);
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  const socket = new WebSocket(targets[0]?.webSocketDebuggerUrl ?? '');
  try {
    await new Promise<void>((done, fail) => {
      const late = setTimeout(() => fail(new Error(`process ${pid} did not collect its garbage`)), PATIENCE_MS);
      socket.addEventListener('error', () => fail(new Error(`the inspector of process ${pid} does not answer`)));
      socket.addEventListener('open', () => socket.send('{"id":1,"method":"HeapProfiler.collectGarbage"}'));
      socket.addEventListener('message', () => {
        clearTimeout(late);
        done();
      });
    });
  } finally {
    socket.close();
  }
}
