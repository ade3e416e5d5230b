/** What the reports of a peer's connections say of its path, summed up since they were made. */
export interface PathReading {
  /** names the build of the peer: a new one begins its sums at nothing */
  epoch: string;
  /** answers to the checks of the path */
  answers: number;
  /** packets of picture and sound */
  packets: number;
  /** whether the server lets anything flow to this page now */
  expecting: boolean;
}

/** What the server is told: see `media.path`. */
export interface PathReport {
  receiving: boolean;
  answered: boolean;
}

/** A browser checks a path that stands every 2.5 s; one check may be lost. */
const SILENT_MS = 4_000;
/** Picture and sound come many times a second, and silence a few times. */
const PACKETLESS_MS = 3_000;
/** shorter than two looks of a second, so that the second one is not missed by a hair */
const AGAIN_MS = 1_500;
/** a fault that stays needs no haste */
const LATER_MS = 6_000;
const SOON_REPORTS = 6;

type Sums = Omit<PathReading, 'expecting'>;

/**
 * Watches whether a path still carries what it should, over all builds of the peer, and says when the server is to be
 * told: while something is wrong now and then, and once when it is well again. All times are epoch milliseconds.
 */
export class PathWatch {
  #last: Sums = { epoch: '', answers: 0, packets: 0 };
  #answeredAt: number;
  #packetAt: number;
  #patienceMs = SILENT_MS;
  #toldAt = 0;
  #told = 0;

  /** @param now when the first build begins */
  constructor(now: number) {
    this.#answeredAt = now;
    this.#packetAt = now;
  }

  /**
   * @param reading null while nothing is built
   * @returns what is to be told now; null: nothing
   */
  take(reading: PathReading | null, now: number): PathReport | null {
    const report = this.#look(reading, now);
    if (report.receiving && report.answered) {
      const wasWrong = this.#told > 0;
      this.#told = 0;
      this.#toldAt = 0;
      return wasWrong ? report : null;
    }
    if (now - this.#toldAt < (this.#told < SOON_REPORTS ? AGAIN_MS : LATER_MS)) return null;
    this.#told += 1;
    this.#toldAt = now;
    return report;
  }

  /** What `take` gave last did not reach the server: that all is well again has to be said once more. */
  untold(): void {
    this.#told = Math.max(1, this.#told);
  }

  #look(reading: PathReading | null, now: number): PathReport {
    if (reading) {
      const { epoch, answers, packets, expecting } = reading;
      const before = this.#last.epoch === epoch ? this.#last : { answers: 0, packets: 0 };
      if (answers > before.answers) this.#answeredAt = now;
      if (packets > before.packets) this.#packetAt = now;
      // nothing is missed while nothing is to come
      else if (!expecting && answers > before.answers) this.#packetAt = now;
      this.#last = { epoch, answers, packets };
      this.#patienceMs = expecting ? PACKETLESS_MS : SILENT_MS;
    }
    return { receiving: now - this.#packetAt < this.#patienceMs, answered: now - this.#answeredAt < SILENT_MS };
  }
}

/** @returns the sums in the reports of a peer's connections */
export function readPath(reports: Iterable<Record<string, unknown>>[]): Pick<PathReading, 'answers' | 'packets'> {
  let [answers, packets] = [0, 0];
  for (const stat of reports.flatMap((report) => [...report])) {
    if (stat.type === 'candidate-pair' && typeof stat.responsesReceived === 'number') answers += stat.responsesReceived;
    if (stat.type === 'inbound-rtp' && typeof stat.packetsReceived === 'number') packets += stat.packetsReceived;
  }
  return { answers, packets };
}
