import type { types } from 'mediasoup';
import type { LiveWorker } from './workers.ts';

/** Level of one endpoint; dBov, -127..0. */
export interface Level {
  endpointId: string;
  volume: number;
}

const INTERVAL_MS = 250;
/** Quieter than this is a room's noise. */
const THRESHOLD_DBOV = -60;
const MOST_ENTRIES = 16;

/** Measures who is heard in a session, over all its routers, and tells it at most four times a second. */
export class Speakers {
  private readonly tell: (levels: Level[]) => void;
  private readonly observers = new Map<LiveWorker, Promise<types.AudioLevelObserver>>();
  private readonly levels = new Map<LiveWorker, Level[]>();
  private timer: NodeJS.Timeout | null = null;

  /** @param tell gets the levels, loudest first; an empty list once when all fall silent */
  constructor(tell: (levels: Level[]) => void) {
    this.tell = tell;
  }

  /** Watches a microphone until it closes. Failing costs a level meter, never the microphone. */
  async watch(worker: LiveWorker, router: types.Router, producer: types.Producer): Promise<void> {
    let observer = this.observers.get(worker);
    if (!observer) {
      observer = this.observe(worker, router);
      this.observers.set(worker, observer);
    }
    try {
      await (await observer).addProducer({ producerId: producer.id });
    } catch {
      // the producer or the worker is gone
    }
  }

  /** Forgets a worker that died. */
  forget(worker: LiveWorker): void {
    this.observers.delete(worker);
    this.levels.delete(worker);
  }

  /** Tells nothing any more. */
  close(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.observers.clear();
    this.levels.clear();
  }

  private async observe(worker: LiveWorker, router: types.Router): Promise<types.AudioLevelObserver> {
    const observer = await router.createAudioLevelObserver({
      maxEntries: MOST_ENTRIES,
      threshold: THRESHOLD_DBOV,
      interval: INTERVAL_MS,
    });
    observer.on('volumes', (volumes) => {
      const levels = volumes.map((v) => ({ endpointId: String(v.producer.appData.peerId), volume: v.volume }));
      this.heard(worker, levels);
    });
    observer.on('silence', () => this.heard(worker, []));
    return observer;
  }

  private heard(worker: LiveWorker, levels: Level[]): void {
    if (!this.observers.has(worker)) return;
    this.levels.set(worker, levels);
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.tell([...this.levels.values()].flat().sort((a, b) => b.volume - a.volume));
    }, INTERVAL_MS);
  }
}
