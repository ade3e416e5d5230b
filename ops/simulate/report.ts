import { round } from './histogram.ts';
import type { Spread } from './histogram.ts';
import type { ProfileName } from './options.ts';
import type { Load } from './watch.ts';

/** Outcome of a run; the first seven fields are the contract of `--json`. */
export interface Report {
  endpoints: number;
  joined: number;
  /** from the call to both media paths standing, milliseconds */
  joinMs: Spread;
  packets: { received: number; lost: number };
  /** silences of streams that should have flowed, milliseconds */
  gapMs: { p99: number; max: number };
  /** the longest silence: which source of which endpoint, seconds after the measurement began */
  worstGap: { ms: number; name: string; source: string; atSeconds: number } | null;
  /** from the chair's command to the first packet of the new picture and of the new voice, at each endpoint */
  floorSwitchMs: Spread;
  errors: string[];
  verdict: { carries: boolean; words: string };
  profile: ProfileName;
  seconds: number;
  /** endpoints to which media came */
  receiving: number;
  /** its parts; `sharp`: until the picture has the layer of a stage; how often something never came */
  switches: { picture: Spread; voice: Spread; sharp: Spread; missed: number; blurred: number };
  /** from a cut line or an own leave until media stood again, milliseconds */
  returnMs: Spread & { count: number };
  /** from the sender's hand to the endpoint's, milliseconds */
  delayMs: { p50: number; p99: number };
  packetsPerSecond: number;
  packetsLate: number;
  relayed: { lost: number; dropped: number } | null;
  load: Load;
}

/** From here on a figure is a limit. */
const LIMITS = {
  workerCpu: 0.85,
  controlLagMs: 200,
  gapMs: 200,
  lostShare: 0.005,
  joinMs: 10_000,
  ownLagMs: 150,
  machineBusy: 0.93,
};

const percent = (share: number): string => `${round(share * 100)} %`;

/** What a line that was made bad on purpose explains is no limit of the server. */
type Judged = Omit<Report, 'verdict'>;

/**
 * Names the first limit that was met, causes before effects.
 * @returns null when none was
 */
function firstLimit(r: Judged): string | null {
  const { load } = r;
  const badLine = r.relayed !== null;
  const expected = r.packets.received + r.packets.lost;
  const lostShare = expected > 0 ? r.packets.lost / expected : 0;
  const strained =
    r.joined < r.endpoints || r.errors.length > 0 || r.gapMs.max > LIMITS.gapMs || lostShare > LIMITS.lostShare;
  const checks: [boolean, string][] = [
    [load.workerCpu > LIMITS.workerCpu, `CPU: a media worker took ${round(load.workerCpu)} of a core`],
    [
      strained && load.machineBusy > LIMITS.machineBusy,
      `this machine: its cores were ${percent(load.machineBusy)} busy`,
    ],
    [
      load.controlLagMs > LIMITS.controlLagMs,
      `control plane: its event loop was late by ${round(load.controlLagMs)} ms (p99)`,
    ],
    [
      strained && load.ownLagMs.max > LIMITS.ownLagMs,
      `this machine: the simulator itself was late by ${round(load.ownLagMs.max)} ms, so that its figures are too bad; run it elsewhere`,
    ],
    [r.joined < r.endpoints, `${r.endpoints - r.joined} endpoints did not join`],
    [r.receiving < r.joined, `${r.joined - r.receiving} endpoints joined and received nothing`],
    [r.joinMs.p99 > LIMITS.joinMs, `joining took ${round(r.joinMs.p99 / 1000)} s (p99)`],
    [!badLine && lostShare > LIMITS.lostShare, `network: ${percent(lostShare)} of the packets were lost`],
    [!badLine && r.gapMs.max > LIMITS.gapMs, `a stream was silent for ${round(r.gapMs.max)} ms`],
    [
      r.relayed !== null && r.relayed.dropped > LIMITS.lostShare * expected,
      `line: ${r.relayed?.dropped} packets did not fit through the rate of --relay`,
    ],
    [r.switches.missed > 0, `${r.switches.missed} times a floor switch did not arrive at an endpoint`],
    [r.errors.length > 0, `errors: ${r.errors[0]}`],
  ];
  return checks.find(([met]) => met)?.[1] ?? null;
}

/** Adds the verdict. */
export function judged(r: Judged): Report {
  const limit = firstLimit(r);
  const facts = `${r.joined} of ${r.endpoints} joined, ${r.errors.length} errors, largest gap ${round(r.gapMs.max)} ms`;
  const words = limit ? `${facts}. First limit: ${limit}.` : `${facts}: this server carries it.`;
  return { ...r, verdict: { carries: limit === null, words } };
}

const three = ({ p50, p99, max }: Spread): string => `p50 ${p50}  p99 ${p99}  max ${max} ms`;

/** The report in words, several lines. */
export function summary(r: Report): string {
  const { load } = r;
  const lines = [
    '',
    `${r.profile}, ${r.seconds} s`,
    `  joined          ${r.joined} of ${r.endpoints}, receiving ${r.receiving}; ${three(r.joinMs)}`,
    `  packets         ${r.packets.received} received (${Math.round(r.packetsPerSecond)} a second), ${r.packets.lost} lost, ${r.packetsLate} late`,
    `  delay           p50 ${r.delayMs.p50}  p99 ${r.delayMs.p99} ms`,
    `  gaps            p99 ${r.gapMs.p99}  max ${r.gapMs.max} ms${r.worstGap ? ` (${r.worstGap.source} of ${r.worstGap.name}, second ${r.worstGap.atSeconds})` : ''}`,
  ];
  if (r.switches.picture.max > 0 || r.switches.voice.max > 0) {
    lines.push(`  floor switch    ${three(r.floorSwitchMs)}`);
    lines.push(`    picture       ${three(r.switches.picture)}`, `    voice         ${three(r.switches.voice)}`);
    lines.push(`    sharp         ${three(r.switches.sharp)}; ${r.switches.blurred} stayed small`);
  }
  if (r.returnMs.count > 0) lines.push(`  returns         ${r.returnMs.count}; ${three(r.returnMs)}`);
  if (r.relayed) lines.push(`  relay           ${r.relayed.lost} lost, ${r.relayed.dropped} dropped for want of rate`);
  lines.push(
    `  CPU in cores    busiest worker ${load.workerCpu.toFixed(2)}, all workers ${load.workersCpu.toFixed(2)}, ` +
      `control plane ${load.controlCpu?.toFixed(2) ?? '?'}, simulator ${load.ownCpu.toFixed(2)}; this machine ${percent(load.machineBusy)} busy`,
    `  late            control plane ${round(load.controlLagMs)} ms (p99), simulator ${round(load.ownLagMs.p99)} ms (p99) ${round(load.ownLagMs.max)} ms (max)`,
    `  consumers       ${load.consumers}`,
    ...r.errors.map((line) => `  error           ${line}`),
    '',
    r.verdict.words,
  );
  return lines.join('\n');
}
