import type { LineGrade } from '../components/Network.tsx';

/** Measured state of the own line. */
export interface LineFigures {
  /** 0..1 of the packets of the last interval */
  loss: number;
  /** milliseconds; null while not measured */
  rtt: number | null;
  /** milliseconds */
  jitter: number;
  /** something was received in the last interval: with the control line cut, picture and sound may well go on */
  flows: boolean;
  /** epoch milliseconds of the server's clock */
  at: number;
}

/** @returns the grade of a line with these figures; the worst figure decides */
export function gradeOf(figures: Pick<LineFigures, 'loss' | 'rtt' | 'jitter'>): LineGrade {
  const { loss, jitter } = figures;
  const rtt = figures.rtt ?? 0;
  if (loss > 0.5) return 'lost';
  if (loss > 0.1 || rtt > 800 || jitter > 150) return 'poor';
  if (loss > 0.04 || rtt > 400 || jitter > 80) return 'weak';
  if (loss > 0.01 || rtt > 200 || jitter > 40) return 'fair';
  return 'good';
}

/** fewer packets than this in an interval say nothing about a line */
const FEW_PACKETS = 50;
/** mid of the padding by which the SFU feels for room: its losses are meant */
const PROBE = 'probator';

/** What one report says of each received stream, to be compared with the next report. */
export type StreamSums = ReadonlyMap<string, { received: number; lost: number; jitter: number }>;

/** A report of a receiving connection, reduced to what the figures need. */
export interface LineReport {
  streams: StreamSums;
  /** milliseconds; null while not measured */
  rtt: number | null;
}

/** @returns the sums of every stream and the round trip in a report of a receiving connection */
export function readReport(report: Iterable<Record<string, unknown>>): LineReport {
  const streams = new Map<string, { received: number; lost: number; jitter: number }>();
  let rtt: number | null = null;
  for (const stat of report) {
    if (stat.type === 'inbound-rtp' && stat.mid !== PROBE) {
      const [received, lost, jitter] = [number(stat.packetsReceived), number(stat.packetsLost), number(stat.jitter)];
      streams.set(String(stat.ssrc), { received, lost, jitter: Math.round(jitter * 1000) });
    }
    if (stat.type === 'candidate-pair' && stat.nominated === true && typeof stat.currentRoundTripTime === 'number')
      rtt = Math.round(stat.currentRoundTripTime * 1000);
  }
  return { streams, rtt };
}

/**
 * Compares two reports. Streams that brought nothing in between are held back by the server and say nothing.
 * @returns the share of packets lost, and the worst jitter in milliseconds
 */
export function between(before: StreamSums, after: StreamSums): { loss: number; jitter: number } {
  let [received, lost, jitter] = [0, 0, 0];
  for (const [ssrc, now] of after) {
    const then = before.get(ssrc);
    if (!then || now.received <= then.received) continue;
    received += now.received - then.received;
    lost += Math.max(0, now.lost - then.lost);
    jitter = Math.max(jitter, now.jitter);
  }
  return { loss: received < FEW_PACKETS ? 0 : lost / (lost + received), jitter };
}

/** @returns whether any stream brought something between two reports */
export function flows(before: StreamSums, after: StreamSums): boolean {
  return [...after].some(([ssrc, now]) => now.received > (before.get(ssrc)?.received ?? 0));
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
