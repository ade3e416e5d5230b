import { CannotSimulate, Refused, WrongOptions } from './simulate/errors.ts';
import { round } from './simulate/histogram.ts';
import { readOptions, USAGE } from './simulate/options.ts';
import type { SimulateOptions } from './simulate/options.ts';
import { summary } from './simulate/report.ts';
import { Simulation } from './simulate/run.ts';
import type { Progress } from './simulate/run.ts';

/** `npm run simulate`: a rehearsal with simulated endpoints in a session of a running service. */

const EXIT = { carries: 0, not: 1, wrongOptions: 2 } as const;
/** Where nobody looks at a terminal, a line so many seconds is enough. */
const PLAIN_EVERY = 5;

/** Progress goes to standard error, so that standard output is the result alone. */
function progressOf(): Progress {
  const live = process.stderr.isTTY;
  let seconds = 0;
  return {
    step: (words) => void process.stderr.write(live ? `\r\x1b[2K${words}\n` : `${words}\n`),
    figures: (now) => {
      seconds += 1;
      const line =
        `${String(seconds).padStart(4)} s  ${now.joined}/${now.endpoints} in  ${now.packetsPerSecond} packets/s  ` +
        `lost ${now.lost}  largest gap ${round(now.gapMs)} ms  worker ${now.workerCpu.toFixed(2)}  errors ${now.errors}`;
      if (live) process.stderr.write(`\r\x1b[2K${line}`);
      else if (seconds % PLAIN_EVERY === 0) process.stderr.write(`${line}\n`);
    },
  };
}

async function main(options: SimulateOptions): Promise<number> {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  const report = await new Simulation(options, progressOf(), stop.signal).run();
  if (process.stderr.isTTY) process.stderr.write('\n');
  console.log(options.json ? JSON.stringify(report) : summary(report));
  return report.verdict.carries ? EXIT.carries : EXIT.not;
}

async function begin(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2), process.env);
    if (options) return await main(options);
    console.log(USAGE);
    return EXIT.carries;
  } catch (error) {
    if (error instanceof WrongOptions) {
      console.error(error.message);
      return EXIT.wrongOptions;
    }
    console.error(error instanceof CannotSimulate || error instanceof Refused ? error.message : error);
    return EXIT.not;
  }
}

// the media library keeps threads of its own that would hold the process
process.exit(await begin());
