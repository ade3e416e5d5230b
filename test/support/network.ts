import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from './processes.ts';

const PREFIX = 'nhipcau-';

function run(command: string): string {
  const [program = '', ...args] = command.split(' ');
  const done = spawnSync(program, args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${command}: ${done.stderr || done.error?.message}`);
  return done.stdout;
}

/** What a run that was killed has left behind is cleared away. */
function tidy(): void {
  for (const [name = ''] of run('ip netns list').matchAll(/^nhipcau-\d+/gm))
    if (!isAlive(Number(name.slice(PREFIX.length)))) spawnSync('ip', ['netns', 'del', name]);
}

/**
 * A network of its own for one endpoint, joined to this machine by a virtual cable that can be pulled and narrowed. Needs
 * root and `ip`.
 */
export class Network {
  /** address of this machine as seen from inside */
  readonly host = '10.213.71.1';
  readonly #name = `${PREFIX}${process.pid}`;
  readonly #outer = `nc${process.pid}`;
  readonly #folder = mkdtempSync(join(tmpdir(), 'nhip-cau-network-'));

  private constructor() {
    run(`ip netns add ${this.#name}`);
    run(`ip link add ${this.#outer} type veth peer name line netns ${this.#name}`);
    run(`ip addr add ${this.host}/30 dev ${this.#outer}`);
    run(`ip link set ${this.#outer} up`);
    run(`ip -n ${this.#name} addr add 10.213.71.2/30 dev line`);
    run(`ip -n ${this.#name} link set lo up`);
    this.plug();
  }

  /** @returns null where no network can be made */
  static make(): Network | null {
    try {
      tidy();
      return new Network();
    } catch (error) {
      console.warn(`no network of its own can be made here: ${(error as Error).message.trim()}`);
      return null;
    }
  }

  /** Pulls the cable. */
  pull(): void {
    run(`ip -n ${this.#name} link set line down`);
  }

  /** Plugs it in again. */
  plug(): void {
    run(`ip -n ${this.#name} link set line up`);
  }

  /** Lets so much through each way, kbit/s. @throws Error where the kernel has no token buckets */
  narrow(kbps: number): void {
    const bucket = `root tbf rate ${kbps}kbit burst 8kb latency 400ms`;
    run(`tc qdisc replace dev ${this.#outer} ${bucket}`);
    run(`tc -n ${this.#name} qdisc replace dev line ${bucket}`);
  }

  /** Lets everything through again. */
  widen(): void {
    run(`tc qdisc del dev ${this.#outer} root`);
    run(`tc -n ${this.#name} qdisc del dev line root`);
  }

  /** @returns a program that does the same as the given one, inside */
  inside(program: string): string {
    const file = join(this.#folder, 'inside.sh');
    writeFileSync(file, `#!/bin/sh\nexec ip netns exec ${this.#name} '${program}' "$@"\n`);
    chmodSync(file, 0o755);
    return file;
  }

  /** Takes it away. */
  close(): void {
    spawnSync('ip', ['netns', 'del', this.#name]);
    spawnSync('ip', ['link', 'del', this.#outer]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
