import { once } from 'node:events';
import { endProgram, forkHere } from './children.ts';

/** The bare web process. */
export interface BareWeb {
  url: string;
  pid: number;
  /** what its one route answers: the body and the headers, but for those that express makes itself */
  answer(body: unknown, headers: Record<string, string>): Promise<void>;
  /** sends to everybody who is connected */
  broadcast(name: string, message: unknown): Promise<void>;
  stop(): Promise<void>;
}

/** Starts express and Socket.IO with nothing behind them. */
export async function startBareWeb(): Promise<BareWeb> {
  const child = forkHere('bareWeb.ts');
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const order = async (what: object): Promise<void> => {
    const done = once(child, 'message');
    child.send(what);
    await done;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    answer: (body, headers) => order({ body, headers }),
    broadcast: (name, message) => order({ broadcast: { name, message } }),
    stop: () => endProgram(child, 1_000),
  };
}
