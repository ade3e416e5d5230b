import { parentPort, workerData } from 'node:worker_threads';
import { Generator, Random } from './generate.ts';
import type { Known } from './generate.ts';
import { HttpAttack } from './httpAttack.ts';
import type { HttpScore } from './httpAttack.ts';
import { noScore, SocketAttack, strangers } from './socketAttack.ts';
import type { SocketScore } from './socketAttack.ts';

/** One attack, as the test orders it from this thread. */
export interface AttackOrder {
  seed: number;
  origin: string;
  /** messages over sockets with a credential, over all lanes */
  messages: number;
  requests: number;
  /** connections of strangers */
  strangers: number;
  /** credentials; each attacks in a lane of its own */
  tokens: string[];
  sessions: string[];
  known: Known;
}

/** What the thread reports when the attack is over. */
export interface AttackReport {
  sockets: SocketScore;
  http: HttpScore;
  strangers: number;
  seconds: number;
}

function sum(scores: SocketScore[]): SocketScore {
  const all = noScore();
  for (const one of scores) {
    all.sent += one.sent;
    all.connections += one.connections;
    all.cut += one.cut;
    all.unasked += one.unasked;
    all.broken.push(...one.broken);
    for (const [code, n] of Object.entries(one.answers)) all.answers[code] = (all.answers[code] ?? 0) + n;
  }
  return all;
}

/** Attacks in a thread of its own, so that the honest clients of the test are not slowed by it. */
async function attack(order: AttackOrder): Promise<AttackReport> {
  const began = performance.now();
  const { seed, origin, tokens, known } = order;
  const generator = (lane: number) => new Generator(new Random(seed * 1_000 + lane), known);
  const lanes = tokens.map((token, i) => ({ token, attack: new SocketAttack(generator(i), origin, order.sessions) }));
  const share = Math.ceil(order.messages / lanes.length);
  const http = new HttpAttack(generator(101), origin, [null, ...tokens]);
  const [came] = await Promise.all([
    strangers(generator(100), origin, order.strangers),
    http.run(order.requests),
    ...lanes.map(({ token, attack: lane }) => lane.run(token, share)),
  ]);
  const sockets = sum(lanes.map(({ attack: lane }) => lane.score));
  return { sockets, http: http.score, strangers: came, seconds: (performance.now() - began) / 1000 };
}

if (parentPort) {
  parentPort.postMessage(await attack(workerData as AttackOrder));
}
