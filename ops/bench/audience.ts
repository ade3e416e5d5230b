import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TransportOffer } from '../../server/protocol/media.ts';
import { endProgram, forkHere } from './children.ts';

interface Told {
  packets?: number;
  answer?: { id: string; sdp: string };
  dtls?: { id: string; dtlsParameters: Record<string, unknown> };
  up?: string;
  failed?: { id: string; why: string };
}

interface Waiting {
  connect: (dtlsParameters: Record<string, unknown>) => Promise<unknown>;
  answer: (sdp: string) => void;
  done: () => void;
  failed: (error: Error) => void;
}

/** How long the receivers need to answer consent checks that came while they were stopped, milliseconds. */
const CATCH_UP_MS = 120;

/** Receivers in a process of their own, which can be stopped with their sockets bound. */
export class Audience {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<string, Waiting>();
  #frozen = false;
  #counted: (packets: number) => void = () => undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (told: Told) => this.#hear(told));
    child.once('exit', () => {
      for (const { failed } of this.#waiting.values()) failed(new Error('the audience ended'));
    });
  }

  /** Starts the process. */
  static async start(): Promise<Audience> {
    const child = forkHere('audienceProcess.ts');
    await once(child, 'message');
    return new Audience(child);
  }

  /** Builds one receiver; resolves when ICE and DTLS stand. @param connect hands its DTLS parameters to the SFU */
  open(id: string, transport: TransportOffer, payloadType: number, connect: Waiting['connect']): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.set(id, { connect, answer: () => undefined, done, failed });
      this.#child.send({ open: { id, transport, payloadType } });
    });
  }

  /** Builds one receiver from an offer of somebody else. @param answer hands over the receiver's answer */
  answer(id: string, offer: string, answer: (sdp: string) => void): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.set(id, { connect: () => Promise.resolve(), answer, done, failed });
      this.#child.send({ sdp: { id, offer } });
    });
  }

  /** Packets that have arrived at all receivers so far, RTCP too. */
  count(): Promise<number> {
    return new Promise((done) => {
      this.#counted = done;
      this.#child.send({ count: true });
    });
  }

  /** Ends one receiver. */
  close(id: string): void {
    this.#child.send({ close: id });
  }

  /** Stops reading: nobody takes what arrives. Not longer than consent lasts (10 s). */
  freeze(): void {
    if (!this.#frozen) this.#child.kill('SIGSTOP');
    this.#frozen = true;
  }

  /** Reads on, and gives the receivers time to answer what they missed. */
  async thaw(): Promise<void> {
    if (!this.#frozen) return;
    this.#frozen = false;
    this.#child.kill('SIGCONT');
    await sleep(CATCH_UP_MS);
  }

  /** Ends all receivers. */
  async stop(): Promise<void> {
    await endProgram(this.#child, 500);
  }

  #hear({ dtls, up, failed, answer, packets }: Told): void {
    if (packets !== undefined) this.#counted(packets);
    if (answer) this.#waiting.get(answer.id)?.answer(answer.sdp);
    if (dtls) {
      this.#waiting
        .get(dtls.id)
        ?.connect(dtls.dtlsParameters)
        .then(
          () => this.#child.send({ go: dtls.id }),
          (error: Error) => this.#waiting.get(dtls.id)?.failed(error),
        );
    }
    const id = up ?? failed?.id ?? '';
    const waiting = this.#waiting.get(id);
    if (up && waiting) waiting.done();
    if (failed && waiting) waiting.failed(new Error(failed.why));
    if (up ?? failed) this.#waiting.delete(id);
  }
}
