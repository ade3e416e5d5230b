import { randomFillSync } from 'node:crypto';

const BYTES = 16;
/** Random bytes for many ids at a time: asking for those of each costs more than all the rest. */
const pool = Buffer.alloc(256 * BYTES);
let used = pool.length;

let lastMs = 0;
let counter = 0;

function randomPart(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += BYTES;
  return pool.subarray(used - BYTES, used);
}

/**
 * Makes a UUIDv7 in text: ids of one process sort by the order in which they were made.
 * @param now epoch milliseconds
 */
export function newId(now: number = Date.now()): string {
  const bytes = randomPart();
  if (now > lastMs) {
    lastMs = now;
    // the upper half of the counter stays free, so that ids of one millisecond seldom borrow from the next
    counter = bytes.readUInt16BE(6) & 0x7ff;
  } else if (++counter > 0xfff) {
    lastMs++;
    counter = 0;
  }
  bytes.writeUIntBE(lastMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
