import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SimulatedEndpoint } from '../../ops/simulate/endpoint.ts';
import { nowMs } from '../../ops/simulate/rtp.ts';
import type { Service as Client } from '../../ops/simulate/service.ts';
import { stageOf } from '../../server/protocol/derive.ts';
import { Crowd } from './crowd.ts';
import type { CrowdOptions } from './crowd.ts';
import { startService } from './service.ts';
import type { Service } from './service.ts';
import { ControlClient } from './sfuNode.ts';
import { until } from './processes.ts';

/** All endpoints of the sample province. */
export const EVERYBODY = 87;

/** How an assembly is set up. */
export interface AssemblyOptions extends Partial<CrowdOptions> {
  env?: Record<string, string>;
  /** a service that runs already, which then outlives the assembly */
  service?: Service;
}

/** A running briefing of simulated endpoints, with decisions made in it that must not get lost. */
export interface Assembly {
  service: Service;
  crowd: Crowd;
  /** the SFU node's own word */
  node(): Promise<ControlClient>;
  /** HTTP as the chairperson */
  chair: Client;
  /** what was decided and who is in, without times and places in the log */
  state(): Promise<object>;
  /** a metric of the control plane; 0 when it has no value */
  metric(name: string): Promise<number>;
  close(): Promise<void>;
}

/** @returns short name of a state, equal for equal states */
export function hashOf(state: object): string {
  return createHash('sha256').update(JSON.stringify(state)).digest('hex').slice(0, 12);
}

/** Prints a figure of a fault test in the one form from which tables are made. */
export function figure(id: string, words: string): void {
  console.log(`      ${id} ${words}`);
}

/** @returns milliseconds as seconds with one figure after the point */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Starts a service and brings endpoints into a briefing. */
export async function assemble(options: AssemblyOptions = {}): Promise<Assembly> {
  const { env = {}, service: given, ...shape } = options;
  const service = given ?? (await startService({ env }));
  try {
    const crowd = await Crowd.gather(service, { count: EVERYBODY, ...shape });
    return assemblyOf(service, crowd, given === undefined);
  } catch (error) {
    if (!given) await service.stop();
    throw error;
  }
}

function assemblyOf(service: Service, crowd: Crowd, ours: boolean): Assembly {
  const { chairing: chair, sessionId } = crowd;
  let control: Promise<ControlClient> | null = null;
  return {
    service,
    crowd,
    node: () => (control ??= dial(service)),
    chair,
    state: async () => stateOf(await chair.ask<Record<string, unknown>>('get', `/sessions/${sessionId}`)),
    async metric(name) {
      const text = await (await fetch(`${service.url}/metrics`)).text();
      return Number(new RegExp(`^${name}(?:{.*})? (\\S+)`, 'm').exec(text)?.[1] ?? 0);
    },
    async close() {
      await crowd.close();
      (await control)?.socket.disconnect();
      if (ours) await service.stop();
    },
  };
}

async function dial(service: Service): Promise<ControlClient> {
  const log = readFileSync(join(service.dataDir, 'logs', 'server.log'), 'utf8');
  const secret = readFileSync(join(service.dataDir, 'secrets', 'sfu-control'), 'utf8').trim();
  return ControlClient.connect(Number(/"SFU_CONTROL_PORT":(\d+)/.exec(log)?.[1]), secret);
}

const MOVING = new Set(['seq', 'since', 'at', 'ms', 'raisedAt', 'joinCount']);

/** Drops what moves by itself: places in the log, times, how often somebody came. */
function stateOf(value: Record<string, unknown>): object {
  const text = JSON.stringify(value, (key, inner: unknown) => (MOVING.has(key) ? undefined : inner));
  return JSON.parse(text) as object;
}

/**
 * Decisions of every kind: the chair speaks, somebody is on the stage, hands are up, a roll call is half done, a right
 * was given. Then waits until sound and picture reach everybody.
 */
export async function furnish({ crowd }: Assembly): Promise<void> {
  const { chair, others } = crowd;
  const [stage, ...rooms] = others as [SimulatedEndpoint, ...SimulatedEndpoint[]];
  await chair.command('mic.mute', { muted: false });
  await chair.command('stage.set', { endpointId: stage.seat.endpointId });
  await chair.command('rollCall.start', {});
  for (const room of rooms.slice(0, 3)) {
    await chair.command('rollCall.call', { endpointId: room.seat.endpointId });
    await room.command('rollCall.answer', { state: 'present_in_room' });
  }
  for (const room of rooms.slice(0, 2)) await room.command('floor.request', {});
  await chair.command('mic.allow', { endpointId: rooms[0]!.seat.endpointId });
  await untilHeard(crowd);
}

/** What arrived within this is arriving now, milliseconds. */
const NOW_MS = 300;

/** Waits until the chair's voice and the stage's picture arrive at all others. */
export async function untilHeard(crowd: Crowd): Promise<void> {
  const { chair, others, view } = crowd;
  const gets = ({ media }: SimulatedEndpoint, source: string, endpointId: string) =>
    [...(media?.inflows ?? [])].some(
      ({ offer, lastAt }) => offer.source === source && offer.endpointId === endpointId && nowMs() - lastAt < NOW_MS,
    );
  const deaf = (): string[] => {
    const stage = view.snapshot && stageOf(view.snapshot);
    return others.flatMap((e) => [
      ...(gets(e, 'microphone', chair.seat.endpointId) ? [] : [`${e.seat.name} does not hear`]),
      ...(!stage || e.seat.endpointId === stage || gets(e, 'camera', stage) ? [] : [`${e.seat.name} does not see`]),
    ]);
  };
  await until('sound and picture to reach everybody', () => deaf().length === 0, 20_000).catch((error: Error) => {
    throw new Error(`${error.message}: ${deaf().length}: ${deaf()[0]}; ${crowd.faults.lines[0]}`);
  });
}
