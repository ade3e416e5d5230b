import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { SimulatedEndpoint } from '../../ops/simulate/endpoint.ts';
import type { MediaAddress } from '../../ops/simulate/sdp.ts';
import { stageOf } from '../../server/protocol/derive.ts';
import { untilHeard } from './assembly.ts';
import type { Assembly } from './assembly.ts';
import { until } from './processes.ts';

/** A picture that the stage has just replaced is not to be missed, milliseconds. */
const REPLACED_MS = 1_000;

/** Knows on which of two workers each endpoint of a crowd sits: each worker has a media port of its own. */
export class WorkerSides {
  readonly #ports = new Map<string, number>();

  /** Notes the port that an endpoint is offered; for `routeOf` of a crowd. */
  readonly routeOf = (endpointId: string) => (offered: MediaAddress[]) => {
    if (offered[0]) this.#ports.set(endpointId, offered[0].port);
    return Promise.resolve(offered);
  };

  /** The worker of an endpoint, as its place among the node's workers. */
  of({ seat }: SimulatedEndpoint): number {
    const ports = [...new Set(this.#ports.values())].sort((a, b) => a - b);
    return ports.indexOf(this.#ports.get(seat.endpointId) ?? 0);
  }

  /**
   * Puts somebody on the stage who sits on the chair's worker, so that the other one can go.
   * @returns places of both workers, and whether a stream has nothing to do with the one that goes
   */
  async part({ crowd }: Assembly) {
    const { chair, others, endpoints } = crowd;
    expect(new Set(endpoints.map((e) => this.of(e))).size, 'workers that carry the session').to.equal(2);
    const stays = this.of(chair);
    const { endpointId } = others.find((e) => this.of(e) === stays)!.seat;
    // else every screen shows who is called in it
    await chair.command('rollCall.close', {});
    await chair.command('stage.set', { endpointId });
    const { view } = crowd;
    await until('the stage to be set', () => view.snapshot !== null && stageOf(view.snapshot) === endpointId, 5_000);
    await untilHeard(crowd);
    await sleep(REPLACED_MS);
    const going = new Set(endpoints.filter((e) => this.of(e) !== stays));
    const ids = new Set([...going].map((e) => e.seat.endpointId));
    const apart = (viewer: SimulatedEndpoint, sender: string) => !going.has(viewer) && !ids.has(sender);
    return { stays, goes: 1 - stays, going, apart };
  }
}
