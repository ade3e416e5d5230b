import type { UserActor } from '../accounts/actor.ts';
import { assertAdministersAll } from '../accounts/rights.ts';
import type { WholeTreeReader } from '../accounts/rights.ts';
import { audit } from '../audit.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/dataSource.ts';
import { AppError } from '../errors.ts';
import type { SfuNodeView } from '../protocol/nodes.ts';
import type { RemoteNode } from './remoteNode.ts';

/** The longest subject that the log of changes keeps. */
const SUBJECT_LENGTH = 80;

/** Shows the media servers and takes them out of use; every function asks for an administrator of the whole organisation. */
export class NodeDesk {
  readonly #nodes: readonly RemoteNode[];
  readonly #tree: WholeTreeReader;
  readonly #db: Database;
  readonly #clock: Clock;

  /** @param nodes all of the service, whether they are up or not */
  constructor(nodes: readonly RemoteNode[], tree: WholeTreeReader, db: Database, clock: Clock) {
    this.#nodes = nodes;
    this.#tree = tree;
    this.#db = db;
    this.#clock = clock;
  }

  /** @returns every node with its workers @throws AppError not_allowed */
  async list(actor: UserActor): Promise<SfuNodeView[]> {
    await this.#admit(actor);
    return this.#nodes.map(viewOf);
  }

  /**
   * Lets a node take no new session, or take them again; those that it has go on.
   * @throws AppError not_allowed, not_found, media_unavailable
   */
  async drainNode(actor: UserActor, id: string, draining: boolean): Promise<SfuNodeView> {
    await this.#admit(actor);
    const node = this.#node(id);
    const before = node.draining;
    await node.call('drain', { draining });
    await this.#note(actor, id, before, draining);
    return viewOf(node);
  }

  /**
   * Lets a worker take no new peer and moves those that it has to others, or lets it take them again.
   * @throws AppError not_allowed, not_found, media_unavailable; last_worker when no other could take them
   */
  async drainWorker(actor: UserActor, id: string, worker: number, draining: boolean): Promise<SfuNodeView> {
    await this.#admit(actor);
    const node = this.#node(id);
    const before = node.workers.find((one) => one.worker === worker)?.draining ?? false;
    await node.call('drainWorker', { worker, draining });
    await this.#note(actor, `${id}/${worker}`, before, draining);
    return viewOf(node);
  }

  async #admit(actor: UserActor): Promise<void> {
    assertAdministersAll(actor, await this.#tree());
  }

  #node(id: string): RemoteNode {
    const node = this.#nodes.find((one) => one.id === id);
    if (!node) throw new AppError('not_found', 'There is no media server of that name.');
    return node;
  }

  async #note(actor: UserActor, what: string, before: boolean, after: boolean): Promise<void> {
    if (before === after) return;
    const change = {
      action: 'mediaServer.changed',
      subject: `mediaServer:${what}`.slice(0, SUBJECT_LENGTH),
      // of no unit: only administrators of the whole organisation read it
      unitId: null,
      before: { draining: before },
      after: { draining: after },
    };
    await this.#db.transaction((m) => audit(m, actor, this.#clock.now(), [change]));
  }
}

function viewOf({ id, up, draining, workers }: RemoteNode): SfuNodeView {
  return { node: id, up, draining, workers: up ? [...workers] : [] };
}
