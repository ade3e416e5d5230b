import { once } from 'node:events';
import { endProgram, forkHere } from './children.ts';

/** Measures what the kernel takes for a packet: `sendto` to sockets that nobody reads. */
export interface Floor {
  /** @returns microseconds of kernel time per packet */
  measure(rate: number, ms: number): Promise<number>;
  stop(): Promise<void>;
}

/** @param sockets how many receive @param bytes of a packet */
export async function startFloor(sockets: number, bytes: number): Promise<Floor> {
  const sink = forkHere('sinkProcess.ts', { BENCH_SINKS: String(sockets) });
  const [{ ports }] = (await once(sink, 'message')) as [{ ports: number[] }];
  sink.kill('SIGSTOP');
  const sender = forkHere('floorProcess.ts');
  await once(sender, 'message');
  return {
    async measure(rate, ms) {
      sender.send({ ports, rate, bytes, ms });
      const [{ packets, systemMs }] = (await once(sender, 'message')) as [{ packets: number; systemMs: number }];
      return (systemMs / packets) * 1_000;
    },
    async stop() {
      await Promise.all([endProgram(sink, 500), endProgram(sender, 500)]);
    },
  };
}
