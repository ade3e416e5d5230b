import { Worker } from 'node:worker_threads';
import { AppError } from '../errors.ts';
import { MAX_OPERATIONS, XLSX_TYPE } from '../protocol/surgery.ts';

/** A cell as text; a formula is none, since nobody here would work it out. */
export type Cell = string | { formula: true };

/** A row of a sheet; the first row of the file is 1. */
export interface SheetRow {
  row: number;
  cells: Cell[];
}

/** What the reading thread is given. */
export interface SheetJob {
  type: 'xlsx' | 'csv';
  bytes: Uint8Array;
  maxRows: number;
}

/** What it answers. */
export type SheetResult = { rows: SheetRow[] } | { fault: string };

/** Time and memory that one file may take. */
const LIMIT_MS = 20_000;
const MEMORY = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };

let last: Promise<unknown> = Promise.resolve();

/**
 * Reads the first sheet of a workbook, or CSV, in a thread of its own; one file at a time.
 * @param contentType of the upload
 * @returns rows that are not empty, the heading first
 * @throws AppError sheet_unreadable
 */
export function readSheet(contentType: string, bytes: Uint8Array): Promise<SheetRow[]> {
  const reading = last.then(() =>
    run({ type: contentType === XLSX_TYPE ? 'xlsx' : 'csv', bytes, maxRows: MAX_OPERATIONS }),
  );
  last = reading.catch(() => undefined);
  return reading;
}

async function run(job: SheetJob): Promise<SheetRow[]> {
  if (job.bytes.length === 0) throw unreadable('The file is empty.');
  const worker = new Worker(new URL('./sheetWorker.ts', import.meta.url), {
    workerData: job,
    resourceLimits: MEMORY,
    env: {},
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const result = await new Promise<SheetResult>((resolve, reject) => {
      timer = setTimeout(() => resolve({ fault: 'The file takes too long to read.' }), LIMIT_MS);
      worker.once('message', resolve);
      worker.once('error', (err) => {
        const code = (err as { code?: string }).code;
        if (code === 'ERR_WORKER_OUT_OF_MEMORY') resolve({ fault: 'The file takes too much memory to read.' });
        else reject(err);
      });
      worker.once('exit', () => resolve({ fault: 'The file cannot be read.' }));
    });
    if ('fault' in result) throw unreadable(result.fault);
    return result.rows;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

function unreadable(message: string): AppError {
  return new AppError('sheet_unreadable', message);
}
