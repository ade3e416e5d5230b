import { createHash, randomBytes } from 'node:crypto';

const hashBytes = 32;

/** What arrived of a run of numbered payloads. */
export interface Tally {
  /** Takes a received payload in. */
  take(payload: Buffer): void;
  /** Whether every payload is there. */
  complete(): boolean;
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
    complete: () => seen.size === expected,
    fault() {
      if (altered > 0) return `packets that arrived altered: ${altered} of ${expected}`;
      if (seen.size < expected) return `packets lost: ${expected - seen.size} of ${expected}`;
      return repeated > 0 ? `packets that arrived twice: ${repeated}` : undefined;
    },
  };
}
