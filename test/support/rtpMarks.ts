/** What a test packet says of itself, inside its payload, where no SFU rewrites it. */
export interface Mark {
  /** counts the packets of one source and layer */
  seq: number;
  layer: number;
  keyFrame: boolean;
  /** sender's clock, epoch milliseconds */
  sentAt: number;
}

const MAGIC = Buffer.from('NCMARK');
const MARK_BYTES = MAGIC.length + 14;
/** id that routers prefer for urn:ietf:params:rtp-hdrext:ssrc-audio-level */
export const AUDIO_LEVEL_ID = 6;

/** The sender's clock: epoch milliseconds with fractions. */
export const nowMs = (): number => performance.timeOrigin + performance.now();

function markBytes(mark: Mark): Buffer {
  const bytes = Buffer.alloc(MARK_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt32BE(mark.seq >>> 0, 6);
  bytes[10] = mark.layer;
  bytes[11] = mark.keyFrame ? 1 : 0;
  bytes.writeDoubleBE(mark.sentAt, 12);
  return bytes;
}

/** Finds the mark of a received RTP packet; null when there is none (padding, probes). */
export function readMark(packet: Buffer): Mark | null {
  const at = packet.subarray(0, 120).indexOf(MAGIC);
  if (at < 0 || packet.length < at + MARK_BYTES) return null;
  return {
    seq: packet.readUInt32BE(at + 6),
    layer: packet[at + 10] ?? 0,
    keyFrame: packet[at + 11] === 1,
    sentAt: packet.readDoubleBE(at + 12),
  };
}

/** Whether a packet that came in is RTCP and not RTP. */
export const isRtcp = (packet: Buffer): boolean => (packet[1] ?? 0) >= 192 && (packet[1] ?? 0) <= 223;

function header(payloadType: number, seq: number, timestamp: number, ssrc: number, extension: boolean): Buffer {
  const bytes = Buffer.alloc(12);
  bytes[0] = extension ? 0x90 : 0x80;
  bytes[1] = 0x80 | payloadType;
  bytes.writeUInt16BE(seq & 0xffff, 2);
  bytes.writeUInt32BE(timestamp >>> 0, 4);
  bytes.writeUInt32BE(ssrc >>> 0, 8);
  return bytes;
}

/** A frame that looks like VP8 to an SFU: payload descriptor with picture id, frame header, the mark, filling. */
export function vp8Packet(payloadType: number, ssrc: number, timestamp: number, mark: Mark, size: number): Buffer {
  const picture = 0x8000 | (mark.seq & 0x7fff);
  const descriptor = Buffer.from([0x90, 0x80, picture >> 8, picture & 0xff]);
  const frame = mark.keyFrame
    ? Buffer.from([0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01])
    : Buffer.from([0x11, 0x02, 0x00]);
  const head = header(payloadType, mark.seq, timestamp, ssrc, false);
  const body = Buffer.concat([head, descriptor, frame, markBytes(mark)]);
  return Buffer.concat([body, Buffer.alloc(Math.max(0, size - body.length))]);
}

/** A packet that looks like Opus and carries an audio level (0 loudest .. 127 silence). */
export function opusPacket(payloadType: number, ssrc: number, timestamp: number, mark: Mark, level: number): Buffer {
  const extension = Buffer.from([0xbe, 0xde, 0, 1, AUDIO_LEVEL_ID << 4, 0x80 | level, 0, 0]);
  const toc = Buffer.from([0x78]);
  const head = header(payloadType, mark.seq, timestamp, ssrc, true);
  return Buffer.concat([head, extension, toc, markBytes(mark), Buffer.alloc(60)]);
}

/** A sender report, without which an SFU cannot align the layers of one picture. */
export function senderReport(ssrc: number, timestamp: number, packets: number): Buffer {
  const bytes = Buffer.alloc(28);
  bytes[0] = 0x80;
  bytes[1] = 200;
  bytes.writeUInt16BE(6, 2);
  bytes.writeUInt32BE(ssrc >>> 0, 4);
  const seconds = nowMs() / 1000 + 2_208_988_800;
  bytes.writeUInt32BE(Math.floor(seconds) >>> 0, 8);
  bytes.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32) >>> 0, 12);
  bytes.writeUInt32BE(timestamp >>> 0, 16);
  bytes.writeUInt32BE(packets >>> 0, 20);
  bytes.writeUInt32BE((packets * 500) >>> 0, 24);
  return bytes;
}

/** SSRCs for which an RTCP compound asks a key frame (PLI or FIR). */
export function keyFrameRequests(compound: Buffer): number[] {
  const asked: number[] = [];
  for (let at = 0; at + 12 <= compound.length;) {
    const format = (compound[at] ?? 0) & 31;
    const length = 4 * (compound.readUInt16BE(at + 2) + 1);
    if (compound[at + 1] === 206 && format === 1) asked.push(compound.readUInt32BE(at + 8));
    if (compound[at + 1] === 206 && format === 4 && length >= 20) asked.push(compound.readUInt32BE(at + 12));
    at += length;
  }
  return asked;
}
