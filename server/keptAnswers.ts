import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { Database } from './db/dataSource.ts';
import { asAppError, isDuplicateKey } from './db/dbErrors.ts';
import type { AnswerKeeper, KeptAnswer, KeyedCall } from './http/onceOnly.ts';
import type { Log } from './log.ts';
import { answerGiven, dropOldAnswers, keepAnswer } from './meetings/idempotency.store.ts';

/** How often answers that nobody will ask for again are dropped, milliseconds. */
const DROP_EVERY_MS = 10 * 60_000;
const CIPHER = 'aes-256-gcm';

/**
 * Keeps answers of requests with an `Idempotency-Key` in the database. Some of them tell a secret once, so each is sealed
 * with the key that only the client has.
 */
export class KeptAnswers implements AnswerKeeper {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #log: Log;
  #droppedAt = 0;

  /** Wires the parts. */
  constructor(db: Database, clock: Clock, log: Log) {
    this.#db = db;
    this.#clock = clock;
    this.#log = log;
  }

  /** @throws AppError idempotency_reuse, database_unavailable */
  async given(call: KeyedCall): Promise<KeptAnswer | null> {
    try {
      const sealed = await answerGiven(this.#db.dataSource.manager, call);
      return sealed === null ? null : opened(call, sealed as string);
    } catch (err) {
      throw asAppError(err);
    }
  }

  /** Never throws: what was done cannot be refused any more. */
  async keep(call: KeyedCall, answer: KeptAnswer): Promise<void> {
    const now = this.#clock.now();
    try {
      await this.#db.transaction(async (m) => {
        if (now - this.#droppedAt > DROP_EVERY_MS) await dropOldAnswers(m, now);
        await keepAnswer(m, call, sealed(call, answer), now);
      });
      if (now - this.#droppedAt > DROP_EVERY_MS) this.#droppedAt = now;
    } catch (err) {
      // another control plane has answered the same call meanwhile
      if (!isDuplicateKey(err)) this.#log.warn({ err }, 'an answer could not be kept for its Idempotency-Key');
    }
  }
}

function secretOf({ secret, actorId }: KeyedCall): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, actorId, 'nhip-cau answer', 32));
}

function sealed(call: KeyedCall, answer: KeptAnswer): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv(CIPHER, secretOf(call), iv);
  const text = Buffer.concat([cipher.update(JSON.stringify(answer), 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64');
}

function opened(call: KeyedCall, text: string): KeptAnswer {
  const bytes = Buffer.from(text, 'base64');
  const decipher = createDecipheriv(CIPHER, secretOf(call), bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(12, 28));
  const plain = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
  return JSON.parse(plain.toString('utf8')) as KeptAnswer;
}
