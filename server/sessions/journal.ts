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
 * was never acknowledged and is dropped.
 */
export class Journal {
  readonly #fd: number;
  readonly #waiting: Step[];

  /** @param file is made with mode 0600; steps of an earlier process are read from it */
  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    this.#waiting = existsSync(file) ? stepsOf(readFileSync(file, 'utf8')) : [];
    this.#fd = openSync(file, 'a', 0o600);
    if (this.#waiting.length === 0) ftruncateSync(this.#fd, 0);
  }

  /** Puts a step on disk. @throws Error of the disk, when nothing may be acknowledged */
  append(step: Step): void {
    writeSync(this.#fd, `${JSON.stringify(step)}\n`);
    fdatasyncSync(this.#fd);
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
    ftruncateSync(this.#fd, 0);
    fdatasyncSync(this.#fd);
  }

  /** Closes the file; what waits stays in it. */
  close(): void {
    closeSync(this.#fd);
  }
}

function stepsOf(text: string): Step[] {
  const lines = text.split('\n');
  // what follows the last line end was cut off in writing
  return lines.slice(0, -1).flatMap((line) => {
    try {
      return [JSON.parse(line) as Step];
    } catch {
      return [];
    }
  });
}
