import type { types } from 'mediasoup';
import type { LiveWorker } from './workers.ts';

/** Gives the session's router on a worker, made when it is first asked for. */
export type RouterOf = (worker: LiveWorker) => Promise<types.Router>;

interface Pipe {
  uses: number;
  end: Promise<types.Producer>;
}

/**
 * Carries producers of one session to routers on other workers, on demand: the first consumer over there opens a
 * pipe, the last one closes it, so that a picture which nobody watches there costs nothing. mediasoup lets the piped
 * producer follow the pause of the original.
 */
export class Pipes {
  private readonly routerOf: RouterOf;
  private readonly pipes = new Map<string, Pipe>();

  /** @param routerOf the session's routers */
  constructor(routerOf: RouterOf) {
    this.routerOf = routerOf;
  }

  /** How many pipes are open or being opened. */
  get size(): number {
    return this.pipes.size;
  }

  /**
   * Makes a producer consumable on another worker under the same id. Each call is undone by calling what it returns,
   * once. Throws what mediasoup throws when the producer or a worker goes meanwhile.
   */
  async acquire(producer: types.Producer, from: LiveWorker, to: LiveWorker): Promise<() => void> {
    const key = `${producer.id} ${to.worker.pid}`;
    const pipe = this.pipes.get(key) ?? this.open(key, producer, from, to);
    pipe.uses += 1;
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      pipe.uses -= 1;
      if (pipe.uses === 0) this.close(key, pipe);
    };
    try {
      await pipe.end;
    } catch (error) {
      release();
      throw error;
    }
    return release;
  }

  private open(key: string, producer: types.Producer, from: LiveWorker, to: LiveWorker): Pipe {
    const pipe: Pipe = { uses: 0, end: this.connect(producer, from, to) };
    this.pipes.set(key, pipe);
    pipe.end.then(
      (end) => {
        if (end.closed) this.forget(key, pipe);
        else end.observer.once('close', () => this.forget(key, pipe));
      },
      () => this.forget(key, pipe),
    );
    return pipe;
  }

  private async connect(producer: types.Producer, from: LiveWorker, to: LiveWorker): Promise<types.Producer> {
    const [source, target] = await Promise.all([this.routerOf(from), this.routerOf(to)]);
    // Both workers are on this host: loopback, no SRTP, and SCTP stays off as everywhere.
    const { pipeProducer } = await source.pipeToRouter({ producerId: producer.id, router: target, enableSctp: false });
    if (!pipeProducer) throw new Error('mediasoup gave no piped producer');
    return pipeProducer;
  }

  private close(key: string, pipe: Pipe): void {
    this.forget(key, pipe);
    pipe.end.then(
      (end) => end.close(),
      () => undefined,
    );
  }

  private forget(key: string, pipe: Pipe): void {
    if (this.pipes.get(key) === pipe) this.pipes.delete(key);
  }
}
