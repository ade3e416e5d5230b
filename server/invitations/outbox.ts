import type { Clock } from '../clock.ts';
import type { Database } from '../db/dataSource.ts';
import type { Log } from '../log.ts';
import type { MailRow } from './invitation.entity.ts';
import { claimMail, dueMails, settleMail } from './mail.store.ts';
import type { Fate, Mailer } from './mailer.ts';

/** How often the outbox looks, how long one control plane keeps a mail to itself, and the pauses; milliseconds. */
const EVERY_MS = 5_000;
const CLAIM_MS = 120_000;
const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 30 * 60_000;
/** A mail that could not be sent for so long is given up, milliseconds. */
const GIVE_UP_MS = 7 * 24 * 3_600_000;
const AT_ONCE = 20;

/** What the outbox works with. */
export interface OutboxParts {
  db: Database;
  clock: Clock;
  log: Log;
  mailer: Mailer;
  /** domain of the mails' own ids */
  host: string;
  /** draws the letter that a mail carries */
  draw: (letter: string) => Promise<Buffer>;
  /** work that makes mails; done before each look */
  prepare: () => Promise<void>;
}

/**
 * Sends the mails that wait in the database. While the mail server is away they stay there; each is tried again after a
 * pause that grows. Several control planes share the work; none sends what another one is sending.
 */
export class Outbox {
  readonly #parts: OutboxParts;
  #timer: NodeJS.Timeout | null = null;
  #working: Promise<void> | null = null;

  /** Wires the parts; nothing is sent before `start`. */
  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** Looks now and then every five seconds. */
  start(): void {
    this.#timer ??= setInterval(() => void this.work(), EVERY_MS);
    void this.work();
  }

  /** Stops looking, and waits for the mail that is being sent. */
  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    await this.#working;
    this.#parts.mailer.close();
  }

  /** Sends what is due until nothing is, or the mail server is away; what is under way is not doubled. Never throws. */
  work(): Promise<void> {
    this.#working ??= this.#round()
      .catch((err: unknown) => this.#parts.log.warn({ err }, 'the outbox could not work; it tries again'))
      .finally(() => {
        this.#working = null;
      });
    return this.#working;
  }

  async #round(): Promise<void> {
    const { db, clock } = this.#parts;
    await this.#parts.prepare();
    for (;;) {
      const mails = await dueMails(db.dataSource.manager, new Date(clock.now()), AT_ONCE);
      for (const mail of mails) if (!(await this.#send(mail))) return;
      if (mails.length < AT_ONCE) return;
    }
  }

  /** @returns false when the mail server is away */
  async #send(mail: MailRow): Promise<boolean> {
    const { db, clock, mailer, host } = this.#parts;
    const now = clock.now();
    const until = new Date(now + CLAIM_MS);
    if (!(await db.transaction((m) => claimMail(m, mail, new Date(now), until)))) return true;
    const fate = await mailer.send({
      messageId: `<${mail.id}@${host}>`,
      to: mail.recipients,
      subject: mail.subject,
      text: mail.content,
      calendar: mail.ics === null ? null : { method: mail.icsMethod ?? 'REQUEST', content: mail.ics },
      letter: mail.letter === null ? null : await this.#parts.draw(mail.letter),
    });
    await db.transaction((m) => settleMail(m, mail.id, settled(mail, fate, clock.now())));
    if (fate.outcome !== 'sent') this.#parts.log.info({ mailId: mail.id, fault: fate.fault }, 'a mail was not taken');
    return fate.outcome !== 'later' || !fate.server;
  }
}

/** @returns what is noted of a mail after an attempt */
function settled(mail: MailRow, fate: Fate, now: number): Partial<MailRow> {
  const attempts = mail.attempts + 1;
  const { fault } = fate;
  if (fate.outcome === 'sent') return { state: 'sent', attempts, fault, sentAt: new Date(now) };
  if (fate.outcome === 'bounced') return { state: 'bounced', attempts, fault };
  if (now - mail.createdAt.getTime() > GIVE_UP_MS) return { state: 'given_up', attempts, fault };
  return { attempts, fault, nextAt: new Date(now + pauseAfter(attempts)) };
}

/** @returns milliseconds until a mail is tried again after so many attempts */
export function pauseAfter(attempts: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 12));
}
