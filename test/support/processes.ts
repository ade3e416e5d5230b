import { readdirSync, readFileSync } from 'node:fs';

function statOf(pid: number): { name: string; parent: number; state: string } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent = '0'] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { name: text.slice(text.indexOf('(') + 1, text.lastIndexOf(')')), parent: Number(parent), state };
  } catch {
    return null;
  }
}

/** Whether a process runs; a zombie does not. */
export function isAlive(pid: number): boolean {
  const stat = statOf(pid);
  return stat !== null && stat.state !== 'Z';
}

/** @returns process ids of the children of `parent` whose name begins with `name` (the kernel keeps 15 letters) */
export function childrenOf(parent: number, name = ''): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      const stat = statOf(pid);
      return stat !== null && stat.parent === parent && stat.state !== 'Z' && stat.name.startsWith(name.slice(0, 15));
    });
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Waits for something to become true or defined, asking every 50 ms.
 * @throws Error that names what was waited for
 */
export async function until<T>(what: string, ask: () => T | Promise<T>, withinMs = 10_000): Promise<NonNullable<T>> {
  const end = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}
