import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from '../../server/protocol/rest.ts';
import type { Api } from '../support/api.ts';
import { planBriefing, runOf } from '../support/briefing.ts';
import type { Briefing, Run } from '../support/briefing.ts';
import { enrolDevice, pairDevice, takeSeat } from '../support/mediaSeat.ts';
import type { Device, MediaSeat } from '../support/mediaSeat.ts';
import { Quiet } from '../support/quiet.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { ControlClient } from '../support/sfuNode.ts';
import { closeSockets } from '../support/socket.ts';

/** Media that nobody may have noticed anything of has no silence longer than this, milliseconds. */
const UNNOTICED_MS = 200;

/** A running session with honest endpoints in it, which tell what reaches them. */
export class Hall {
  readonly service: Service;
  readonly briefing: Briefing;
  readonly run: Run;
  /** the SFU node's own word */
  readonly node: ControlClient;
  /** devices of the invited rooms; the first three have seats */
  readonly devices: Device[];
  /** a device whose endpoint is not invited */
  readonly outsider: Device;
  /** sends sound and picture all the time */
  mouth!: MediaSeat;
  /** receives */
  ear!: MediaSeat;
  witness!: MediaSeat;
  readonly #seats = new Set<MediaSeat>();

  private constructor(parts: Pick<Hall, 'service' | 'briefing' | 'run' | 'node' | 'devices' | 'outsider'>) {
    ({
      service: this.service,
      briefing: this.briefing,
      run: this.run,
      node: this.node,
      devices: this.devices,
      outsider: this.outsider,
    } = parts);
  }

  /** Starts a service and a session of a chair and eight rooms, three of which sit in it. */
  static async open(): Promise<Hall> {
    const service = await startService();
    const briefing = await planBriefing(service, 8, 'lecture');
    const { chair, administrator } = briefing;
    const paired = briefing.rooms.map(({ endpoint, pairUrl }) => pairDevice(chair, endpoint.id, pairUrl));
    const devices = await Promise.all(paired);
    const { items } = await administrator.ok<{ items: Endpoint[] }>('get', '/endpoints?limit=500');
    const outsider = await enrolDevice(administrator, items.at(-1)!);
    const run = runOf(chair, await briefing.start());
    const log = readFileSync(join(service.dataDir, 'logs', 'server.log'), 'utf8');
    const secret = readFileSync(join(service.dataDir, 'secrets', 'sfu-control'), 'utf8').trim();
    const node = await ControlClient.connect(Number(/"SFU_CONTROL_PORT":(\d+)/.exec(log)?.[1]), secret);
    const hall = new Hall({ service, briefing, run, node, devices, outsider });
    const three = devices.slice(0, 3).map((device) => hall.seat(device));
    [hall.mouth, hall.ear, hall.witness] = (await Promise.all(three)) as [MediaSeat, MediaSeat, MediaSeat];
    await hall.mouth.produce('microphone');
    await hall.mouth.produce('camera');
    return hall;
  }

  /** Ends everything. */
  async close(): Promise<void> {
    await Promise.all([...this.#seats].map((one) => one.close()));
    this.node.socket.disconnect();
    closeSockets();
    await this.service.stop();
  }

  /** Endpoint of a room, by its number. */
  endpointId(room: number): string {
    return this.devices[room]!.endpointId;
  }

  /** Takes a seat in the session, closed with the hall. */
  async seat(device: Pick<Device, 'credential'>, options: Parameters<typeof takeSeat>[3] = {}): Promise<MediaSeat> {
    const taken = await takeSeat(this.service.url, device.credential, this.run.sessionId, options);
    this.#seats.add(taken);
    return taken;
  }

  /** @returns packets of the endpoint's microphone that reach `ear` within a time */
  async heardWithin(endpointId: string, ms: number): Promise<number> {
    this.ear.media.forget();
    await sleep(ms);
    return this.ear.media.arrived(endpointId, 'microphone').packets;
  }

  /** Gives the floor and waits until the endpoint is heard. */
  async speaking(one: MediaSeat, endpointId: string): Promise<void> {
    await this.run.command('floor.give', { endpointId });
    this.ear.media.forget();
    await this.ear.media.waitForPackets(endpointId, 'microphone', 25);
    expect(one.media.sentPackets('microphone')).to.be.above(0);
  }

  /** Does something, and the sound of `mouth` at `ear` has no gap and no loss meanwhile. */
  async unnoticed<T>(what: () => Promise<T>): Promise<T> {
    await this.speaking(this.mouth, this.endpointId(0));
    this.ear.media.forget();
    const quiet = new Quiet().start();
    const result = await what();
    await sleep(400);
    const { packets, maxGapMs, lost } = this.ear.media.arrived(this.endpointId(0), 'microphone');
    expect(packets).to.be.above(5);
    expect(lost, 'lost packets').to.equal(0);
    expect(maxGapMs).to.be.below(quiet.limit(UNNOTICED_MS));
    return result;
  }

  /** Makes a person with one role over a unit, signed in. */
  async person(username: string, role: string, unitId: string): Promise<Api & { token: string; id: string }> {
    const password = `mat-khau-cua-${username}`;
    const body = { username, displayName: username, unitId, password, grants: [{ role, unitId }] };
    const { id } = await this.briefing.administrator.ok<{ id: string }>('post', '/users', body);
    return { ...(await this.service.signIn({ username, password })), id };
  }
}
