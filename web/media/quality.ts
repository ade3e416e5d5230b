import type { LineGrade } from '../components/Network.tsx';

/** Measured state of the own line. */
export interface LineFigures {
  /** 0..1 of the packets of the last interval */
  loss: number;
  /** milliseconds; null while not measured */
  rtt: number | null;
  /** milliseconds */
  jitter: number;
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

/** Sums of one report, to be compared with the next one. */
export interface Sums {
  received: number;
  lost: number;
}

/** @returns the sums, round trip and jitter in a report of a receiving connection */
export function readReport(report: Iterable<Record<string, unknown>>): Sums & { rtt: number | null; jitter: number } {
  const found = { received: 0, lost: 0, rtt: null as number | null, jitter: 0 };
  for (const stat of report) {
    if (stat.type === 'inbound-rtp') {
      found.received += number(stat.packetsReceived);
      found.lost += Math.max(0, number(stat.packetsLost));
      found.jitter = Math.max(found.jitter, number(stat.jitter) * 1000);
    }
    if (stat.type === 'candidate-pair' && stat.nominated === true && typeof stat.currentRoundTripTime === 'number')
      found.rtt = Math.round(stat.currentRoundTripTime * 1000);
  }
  return found;
}

/** @returns the share of packets lost between two reports */
export function lossBetween(before: Sums, after: Sums): number {
  const lost = Math.max(0, after.lost - before.lost);
  const received = Math.max(0, after.received - before.received);
  return lost + received < FEW_PACKETS ? 0 : lost / (lost + received);
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
