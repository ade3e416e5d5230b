import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mediasoupVersion, root } from '../mediasoup-worker/resolve.mjs';
import type { Benchmark } from './harness.ts';
import { Bench } from './harness.ts';
import { machineLine, thisMachine } from './machine.ts';
import { tableOf } from './results.ts';

/** `npm run bench [-- B1 B5 ...] [--full]`: runs the suite, prints a table and keeps it as JSON. */

/** In the order in which they run: what needs a quiet machine most comes first. */
const FILES: Record<string, string> = {
  B1: 'b01Forward',
  B1b: 'b01Forward',
  B3: 'b03Delay',
  B16: 'b16Pipes',
  B14: 'b14Metrics',
  B2: 'b02Janus',
  B7: 'b07Mute',
  B8: 'b08Death',
  B4: 'b04Join',
  B5: 'b05JoinAll',
  B6: 'b06Floor',
  B9: 'b09Views',
  B13: 'b13Dashboards',
  B10: 'b10Memory',
  B11: 'b11Bookings',
  B12: 'b12Requests',
  B15: 'b15Web',
};

const began = performance.now();

function say(text: string): void {
  console.error(`[${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s] ${text}`);
}

/** @throws Error that names what is not a benchmark */
function chosen(args: readonly string[]): string[] {
  const asked = args.filter((arg) => !arg.startsWith('--'));
  const known = Object.keys(FILES);
  const ids = asked.map((arg) => known.find((id) => id.toLowerCase() === arg.toLowerCase()));
  const wrong = asked.find((_, i) => ids[i] === undefined);
  if (wrong !== undefined) throw new Error(`${wrong} is no benchmark: ${known.join(' ')}.`);
  const option = args.find((arg) => arg.startsWith('--') && arg !== '--full');
  if (option !== undefined) throw new Error(`${option} is no option: the only one is --full.`);
  return known.filter((id) => asked.length === 0 || ids.includes(id));
}

function keep(bench: Bench, seconds: number, machine: ReturnType<typeof thisMachine>): string {
  const folder = join(root, 'bench-results');
  mkdirSync(folder, { recursive: true });
  const at = new Date();
  const file = join(folder, `${at.toISOString().replace(/[:.]/g, '-')}.json`);
  const all = { at: at.toISOString(), seconds: Number(seconds.toFixed(1)), machine, results: bench.results };
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
  return file;
}

async function main(args: readonly string[]): Promise<number> {
  const ids = chosen(args);
  const machine = thisMachine(mediasoupVersion());
  const bench = new Bench({ full: args.includes('--full'), say });
  say(machineLine(machine));
  try {
    // some are measured together
    for (const file of new Set(ids.map((id) => FILES[id]))) {
      const { benchmark } = (await import(`./${file}.ts`)) as { benchmark: Benchmark };
      await bench.run(benchmark);
    }
  } finally {
    await bench.close();
  }
  const seconds = (performance.now() - began) / 1000;
  const file = keep(bench, seconds, machine);
  console.log(`${machineLine(machine)}\n\n${tableOf(bench.results)}\n`);
  const count = (verdict: string) => bench.results.filter((r) => r.verdict === verdict).length;
  const words = ['holds', 'MISSED', 'told', 'invalid', 'absent', 'FAILED'].map(
    (verdict) => `${count(verdict)} ${verdict}`,
  );
  console.log(`${words.join(', ')}; ${seconds.toFixed(0)} s; ${file}`);
  return count('MISSED') + count('invalid') + count('FAILED') > 0 ? 1 : 0;
}

await main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);
