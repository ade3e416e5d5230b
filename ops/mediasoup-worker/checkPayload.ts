import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const hashBytes = 32;

/** What arrived of a run of numbered payloads. */
export interface Tally {
  /** Takes a received payload in. */
  take(payload: Buffer): void;
  /** How many different payloads are there. */
  count(): number;
  /** One clause naming what is wrong, or undefined if every payload arrived once and unaltered. */
  fault(): string | undefined;
}

/**
 * A payload that can prove it is unaltered: its number, filler of a length that varies with it, a hash over both.
 * @param prefix bytes that must come first, such as a codec's header
 */
export function numberedPayload(number: number, prefix: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(number);
  const body = Buffer.concat([prefix, head, randomBytes(40 + ((number * 37) % 1000))]);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

/** Counts payloads made by `numberedPayload` with numbers 0 to `expected` - 1 and a prefix of `prefixBytes`. */
export function tallyOf(expected: number, prefixBytes = 0): Tally {
  const seen = new Set<number>();
  let altered = 0;
  let repeated = 0;
  return {
    take(payload) {
      const body = payload.subarray(0, -hashBytes);
      const intact = createHash('sha256').update(body).digest().equals(payload.subarray(-hashBytes));
      const number = body.length >= prefixBytes + 4 ? body.readUInt32BE(prefixBytes) : expected;
      if (!intact || number >= expected) altered++;
      else if (seen.has(number)) repeated++;
      else seen.add(number);
    },
    count: () => seen.size,
    fault() {
      if (altered > 0) return `packets that arrived altered: ${altered} of ${expected}`;
      if (seen.size < expected) return `packets lost: ${expected - seen.size} of ${expected}`;
      return repeated > 0 ? `packets that arrived twice: ${repeated}` : undefined;
    },
  };
}

/**
 * Waits until no more than `ahead` of the `sent` payloads are still on their way. So a busy machine makes the check slow
 * and not red: the question is what the worker does with a packet, not how deep a socket's buffer is.
 * @returns whether they came; false after three seconds
 */
export async function caughtUp(tally: Tally, sent: number, ahead: number): Promise<boolean> {
  for (let waited = 0; waited < 3000 && sent - tally.count() > ahead; waited += 2) await sleep(2);
  return sent - tally.count() <= ahead;
}
