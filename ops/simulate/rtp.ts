const HEADER = 12;
/** A packet of ours says of itself layer, key frame and time, inside its payload, where no SFU rewrites it. */
const MAGIC = 0x4e43;
/** from the beginning of the payload: behind the longest head of a VP8 frame */
const MARK_AT = 16;
const MARK_BYTES = 12;
const LEVEL_EXTENSION = 8;
const KEY_FRAME_HEAD = Buffer.from([0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01]);
const EPOCH_1900 = 2_208_988_800;

/** The clock of marks and arrivals: epoch milliseconds with fractions. */
export const nowMs = (): number => performance.timeOrigin + performance.now();

/** Whether a packet that came in is RTCP and not RTP. */
export const isRtcp = (packet: Buffer): boolean => packet[1]! >= 192 && packet[1]! <= 223;

/** Sequence number of an RTP packet. */
export const seqOf = (packet: Buffer): number => (packet[2]! << 8) | packet[3]!;

/** SSRC of an RTP packet. */
export const ssrcOf = (packet: Buffer): number =>
  ((packet[8]! << 24) | (packet[9]! << 16) | (packet[10]! << 8) | packet[11]!) >>> 0;

function payloadAt(packet: Buffer): number {
  const first = packet[0]!;
  let at = HEADER + 4 * (first & 15);
  if (first & 0x10) at += 4 + 4 * ((packet[at + 2]! << 8) | packet[at + 3]!);
  return at;
}

/** Where the mark of a received RTP packet begins; -1 when it has none (padding, probes, packets of others). */
export function markAt(packet: Buffer): number {
  const at = payloadAt(packet) + MARK_AT;
  if (packet.length < at + MARK_BYTES) return -1;
  return ((packet[at]! << 8) | packet[at + 1]!) === MAGIC ? at : -1;
}

/** Layer of the mark that begins at `at`. */
export const markLayer = (packet: Buffer, at: number): number => packet[at + 2]!;

/** Whether the mark that begins at `at` stands in a key frame. */
export const markKeyFrame = (packet: Buffer, at: number): boolean => packet[at + 3] === 1;

/** Sender's clock of the mark that begins at `at`. */
export const markSentAt = (packet: Buffer, at: number): number => packet.readDoubleBE(at + 4);

/**
 * One outgoing stream: a packet that is written anew in place for each sending, so that sending allocates nothing.
 */
export class OutStream {
  readonly ssrc: number;
  readonly layer: number;
  packets = 0;
  bytes = 0;
  /** counts frames */
  picture = 0;
  private readonly packet: Buffer;
  private readonly body: number;
  private readonly payloadType: number;
  private seq = Math.floor(Math.random() * 30_000);

  /**
   * @param size of a packet in bytes
   * @param levelId of the header extension that carries the level of sound; 0: none, a picture
   */
  constructor(ssrc: number, layer: number, payloadType: number, size: number, levelId = 0) {
    this.ssrc = ssrc;
    this.layer = layer;
    this.payloadType = payloadType;
    this.body = HEADER + (levelId ? LEVEL_EXTENSION : 0);
    this.packet = Buffer.alloc(Math.max(size, this.body + MARK_AT + MARK_BYTES));
    this.packet[0] = levelId ? 0x90 : 0x80;
    this.packet.writeUInt32BE(ssrc, 8);
    if (levelId) {
      this.packet.set([0xbe, 0xde, 0, 1, levelId << 4, 0x80, 0, 0], HEADER);
      this.packet[this.body] = 0x78;
    }
    this.packet.writeUInt16BE(MAGIC, this.body + MARK_AT);
    this.packet[this.body + MARK_AT + 2] = layer;
  }

  /** The next packet of sound. @param level of it, dBov without its sign: 0 loudest, 127 silence */
  sound(timestamp: number, level: number, sentAt: number): Buffer {
    this.packet[HEADER + 5] = 0x80 | level;
    return this.next(timestamp, true, false, sentAt);
  }

  /** The next packet of a picture. @param first of its frame @param last of its frame */
  video(timestamp: number, first: boolean, last: boolean, keyFrame: boolean, sentAt: number): Buffer {
    const { packet, body } = this;
    packet[body] = first ? 0x90 : 0x80;
    packet[body + 1] = 0x80;
    packet.writeUInt16BE(0x8000 | (this.picture & 0x7fff), body + 2);
    if (first && keyFrame) packet.set(KEY_FRAME_HEAD, body + 4);
    else packet[body + 4] = 0x11;
    return this.next(timestamp, last, keyFrame, sentAt);
  }

  private next(timestamp: number, marker: boolean, keyFrame: boolean, sentAt: number): Buffer {
    const { packet, body } = this;
    packet[1] = marker ? 0x80 | this.payloadType : this.payloadType;
    packet.writeUInt16BE(this.seq, 2);
    this.seq = (this.seq + 1) & 0xffff;
    packet.writeUInt32BE(timestamp >>> 0, 4);
    packet[body + MARK_AT + 3] = keyFrame ? 1 : 0;
    packet.writeDoubleBE(sentAt, body + MARK_AT + 4);
    this.packets += 1;
    this.bytes += packet.length - body;
    return packet;
  }

  /** A sender report, without which an SFU cannot align the layers of one picture. */
  report(timestamp: number, atMs: number): Buffer {
    const bytes = Buffer.alloc(28);
    bytes[0] = 0x80;
    bytes[1] = 200;
    bytes.writeUInt16BE(6, 2);
    bytes.writeUInt32BE(this.ssrc, 4);
    const seconds = atMs / 1000 + EPOCH_1900;
    bytes.writeUInt32BE(Math.floor(seconds) >>> 0, 8);
    bytes.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32) >>> 0, 12);
    bytes.writeUInt32BE(timestamp >>> 0, 16);
    bytes.writeUInt32BE(this.packets >>> 0, 20);
    bytes.writeUInt32BE(this.bytes >>> 0, 24);
    return bytes;
  }
}

/** SSRCs for which an RTCP compound asks a key frame (PLI or FIR). */
export function keyFrameRequests(compound: Buffer): number[] {
  const asked: number[] = [];
  for (let at = 0; at + 12 <= compound.length;) {
    const format = compound[at]! & 31;
    const length = 4 * (compound.readUInt16BE(at + 2) + 1);
    if (compound[at + 1] === 206 && format === 1) asked.push(compound.readUInt32BE(at + 8));
    if (compound[at + 1] === 206 && format === 4 && length >= 20) asked.push(compound.readUInt32BE(at + 12));
    at += length;
  }
  return asked;
}
