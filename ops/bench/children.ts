import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Every process that the suite started and that still runs. */
const running = new Set<ChildProcess>();

/** Those that lead a group of processes, which ends with them. */
const leaders = new WeakSet<ChildProcess>();

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  if (!child.pid || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(signal === 'SIGKILL' && leaders.has(child) ? -child.pid : child.pid, signal);
  } catch {
    // it is gone
  }
}

/** Kills what is left, at once; called however the suite ends. */
function killAll(): void {
  for (const child of running) {
    kill(child, 'SIGCONT'); // one that is stopped would never end
    kill(child, 'SIGKILL');
  }
}

process.once('exit', killAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => process.exit(signal === 'SIGINT' ? 130 : 143));

function keep(child: ChildProcess): ChildProcess {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Starts a program of this folder as a process of its own, with messages both ways. */
export function forkHere(file: string, env: Record<string, string> = {}): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return keep(fork(path, [], { env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
}

/** Starts any program; it ends with the suite, and so do the processes that it starts. */
export function startProgram(
  program: string,
  args: string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): ChildProcess {
  const child = spawn(program, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  leaders.add(child);
  return keep(child);
}

/** Asks a process to end and waits; kills it when it does not within `withinMs`. */
export async function endProgram(child: ChildProcess, withinMs = 5_000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  kill(child, 'SIGCONT');
  kill(child, 'SIGTERM');
  const hard = setTimeout(() => kill(child, 'SIGKILL'), withinMs);
  await gone;
  clearTimeout(hard);
}
