import { Worker } from 'node:worker_threads';
import type { LetterSheet } from './letterPdf.ts';
import type { LetterDone, LetterTask } from './letterWorker.ts';

interface Waiting {
  resolve: (pdf: Buffer) => void;
  reject: (err: Error) => void;
}

/** Draws letters in a thread of its own: the text of one keeps a processor for a tenth of a second. */
export class LetterPress {
  #worker: Worker | null = null;
  #next = 0;
  readonly #waiting = new Map<number, Waiting>();

  /** @returns the letter as PDF */
  draw(sheet: LetterSheet): Promise<Buffer> {
    const worker = (this.#worker ??= this.#start());
    return new Promise((resolve, reject) => {
      const id = (this.#next += 1);
      this.#waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, sheet } satisfies LetterTask);
    });
  }

  /** Ends the thread; letters that are being drawn fail. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL('./letterWorker.ts', import.meta.url));
    worker.on('message', (done: LetterDone) => {
      const waiting = this.#waiting.get(done.id);
      this.#waiting.delete(done.id);
      if (this.#waiting.size === 0) worker.unref();
      if ('pdf' in done) waiting?.resolve(Buffer.from(done.pdf));
      else waiting?.reject(new Error(`a letter could not be drawn: ${done.fault}`));
    });
    const ended = (why: string) => {
      if (this.#worker === worker) this.#worker = null;
      for (const { reject } of this.#waiting.values()) reject(new Error(`a letter could not be drawn: ${why}`));
      this.#waiting.clear();
    };
    worker.on('error', (err) => ended(String(err)));
    worker.on('exit', () => ended('the thread has ended'));
    return worker;
  }
}
