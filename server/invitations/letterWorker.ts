import { parentPort } from 'node:worker_threads';
import { letterPdf } from './letterPdf.ts';
import type { LetterSheet } from './letterPdf.ts';

/** A letter to draw, and the answer. */
export interface LetterTask {
  id: number;
  sheet: LetterSheet;
}
export type LetterDone = { id: number; pdf: Uint8Array } | { id: number; fault: string };

// one letter after the other: the mail server is slower anyway
parentPort?.on('message', ({ id, sheet }: LetterTask) => {
  letterPdf(sheet).then(
    (pdf) => parentPort?.postMessage({ id, pdf } satisfies LetterDone),
    (err: unknown) => parentPort?.postMessage({ id, fault: String(err) } satisfies LetterDone),
  );
});
