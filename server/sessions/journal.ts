import {
  closeSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../errors.ts';
import type { SessionEvent } from '../protocol/events.ts';
import type { Phase } from '../protocol/snapshot.ts';

/** The key of a command, and its answer, so that a retry is answered the same. */
export interface StepKey {
  key: string;
  /** place of the command's last event */
  seq: number;
  /** how many events it caused */
  events: number;
}

/** One stored step of a session: what one or several commands came to, as it is written into the database or the journal. */
export interface Step {
  sessionId: string;
  meetingId: string;
  /** place of the last event before the step: the guard against a second writer */
  beforeSeq: number;
  afterSeq: number;
  phase: Phase;
  /** epoch milliseconds */
  closedAt: number | null;
  /** new planned end in epoch milliseconds, when the step moves it */
  movedEnd: number | null;
  /** keys of the commands that are stored here */
  keys: StepKey[];
  events: SessionEvent[];
}

/**
 * Steps on disk that wait for the database. A line is a step; it is on the disk when `append` returns. A torn last line
 * was never acknowledged and is dropped, so that the next step begins a line of its own.
 */
export class Journal {
  readonly #fd: number;
  readonly #waiting: Step[];
  /** length of the file, which ends with a whole line */
  #bytes: number;

  /** @param file is made with mode 0600; steps of an earlier process are read from it */
  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const whole = existsSync(file) ? wholeLines(readFileSync(file)) : Buffer.alloc(0);
    this.#waiting = stepsOf(whole.toString('utf8'));
    this.#bytes = this.#waiting.length === 0 ? 0 : whole.length;
    this.#fd = openSync(file, 'a', 0o600);
    ftruncateSync(this.#fd, this.#bytes);
  }

  /** Puts a step on disk. @throws AppError database_unavailable when the disk takes nothing: nothing may be acknowledged */
  append(step: Step): void {
    const line = Buffer.from(`${JSON.stringify(step)}\n`);
    try {
      for (let at = 0; at < line.length;) at += writeSync(this.#fd, line, at);
      fdatasyncSync(this.#fd);
    } catch (cause) {
      // what a full disk took of the line must not stand before the next one
      ftruncateSync(this.#fd, this.#bytes);
      throw new AppError('database_unavailable', 'Neither database nor disk take anything now.', { cause });
    }
    this.#bytes += line.length;
    this.#waiting.push(step);
  }

  /** The step that waits longest. */
  get first(): Step | undefined {
    return this.#waiting[0];
  }

  /** How many events wait, over all sessions. */
  get events(): number {
    return this.#waiting.reduce((sum, s) => sum + s.events.length, 0);
  }

  /** @returns whether steps of the session wait, so that later ones must wait behind them */
  holds(sessionId: string): boolean {
    return this.#waiting.some((s) => s.sessionId === sessionId);
  }

  /** The first step is in the database. When none waits any more the file is emptied. */
  shift(): void {
    this.#waiting.shift();
    if (this.#waiting.length > 0) return;
    this.#bytes = 0;
    ftruncateSync(this.#fd, 0);
    fdatasyncSync(this.#fd);
  }

  /** Closes the file; what waits stays in it. */
  close(): void {
    closeSync(this.#fd);
  }
}

/** What follows the last line end was cut off in writing. */
function wholeLines(file: Buffer): Buffer {
  return file.subarray(0, file.lastIndexOf('\n') + 1);
}

function stepsOf(text: string): Step[] {
  return text
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as Step];
      } catch {
        return [];
      }
    });
}
