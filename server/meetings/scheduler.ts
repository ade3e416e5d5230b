import { databaseNow } from '../db/databaseClock.ts';
import type { Log } from '../log.ts';
import { dueDuties } from './duties.ts';
import type { Duty } from './duties.ts';
import { claim, meetingsAround, undone } from './duty.store.ts';
import type { BookedMeeting } from './meeting.store.ts';
import type { MeetingDesk } from './meetingDesk.ts';

/** A moment of a meeting that has come. */
export interface Reminder {
  duty: Duty;
  meeting: BookedMeeting;
}

/** How often the scheduler looks, milliseconds. */
const EVERY_MS = 5_000;
/** How far the clocks of service and database may be apart, and how far a clock may jump, milliseconds. */
export const CLOCK_TOLERANCE_MS = 60_000;

/**
 * Opens rooms half an hour before, calls endpoints a quarter before, warns ten minutes before the end. It ends nothing.
 * Every duty is claimed in the database first, so that it is done once whatever number of control planes run, and however
 * often they restart. With a wrong clock it does nothing and says so.
 */
export class Scheduler {
  readonly #desk: MeetingDesk;
  readonly #log: Log;
  readonly #listeners: ((reminder: Reminder) => void)[] = [];
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #fault: string | null = null;
  /** what the two clocks of this process said last */
  #last: { wall: number; steady: number } | null = null;

  /** Wires the parts; nothing is done before `start`. */
  constructor(desk: MeetingDesk, log: Log) {
    this.#desk = desk;
    this.#log = log;
  }

  /** Adds a listener; it must not throw. */
  onReminder(listener: (reminder: Reminder) => void): void {
    this.#listeners.push(listener);
  }

  /** Why the scheduler does nothing, for the readiness page; null: it works. */
  get fault(): string | null {
    return this.#fault;
  }

  /** Looks now and then every five seconds. */
  start(): void {
    this.#timer ??= setInterval(() => void this.look(), EVERY_MS);
    void this.look();
  }

  /** Stops looking and waits for what it does now. */
  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    await this.#looking;
  }

  /** Does what is due; a look that is under way is not doubled. Never throws. */
  look(): Promise<void> {
    this.#looking ??= this.#work()
      .catch((err: unknown) => this.#log.warn({ err }, 'the scheduler could not look; it looks again'))
      .finally(() => {
        this.#looking = null;
      });
    return this.#looking;
  }

  async #work(): Promise<void> {
    const now = this.#desk.clock.now();
    if (await this.#clockIsWrong(now)) return;
    const due = await this.#desk.read(async (m) => undone(m, dueDuties(await meetingsAround(m, now), now)));
    for (const one of due) {
      const mine = await this.#desk.db.transaction((m) => claim(m, one, now));
      if (!mine) continue;
      this.#log.info({ meetingId: one.meeting.id, duty: one.duty }, 'a duty of the scheduler');
      for (const listener of this.#listeners) listener({ duty: one.duty, meeting: one.meeting });
    }
  }

  /** A clock that jumped is not believed in the same look: what it skipped is done in the next one, if it stays there. */
  async #clockIsWrong(now: number): Promise<boolean> {
    const steady = performance.now();
    const last = this.#last;
    this.#last = { wall: now, steady };
    const apart = Math.round((now - (await databaseNow(this.#desk.db))) / 1000);
    const jumped = last === null ? 0 : Math.round((now - last.wall - (steady - last.steady)) / 1000);
    const tolerance = CLOCK_TOLERANCE_MS / 1000;
    const before = this.#fault;
    if (Math.abs(apart) > tolerance) {
      this.#fault = `The clock of the service is ${apart} seconds off the database's: meetings are not opened until it is set.`;
    } else if (Math.abs(jumped) > tolerance) {
      this.#fault = `The clock of the service jumped by ${jumped} seconds.`;
    } else {
      this.#fault = null;
    }
    if (this.#fault !== null && this.#fault !== before) this.#log.warn({ apart, jumped }, this.#fault);
    return this.#fault !== null;
  }
}
