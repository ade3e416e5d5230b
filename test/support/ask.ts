import type { Got, Sent } from './wire.ts';
import type { Caller, Side, World } from './world.ts';

/** A request that is well formed, so that rights alone decide about it. */
export type Request = Omit<Sent, 'from' | 'method'>;

/** What a request is about. */
export interface Aim {
  world: World;
  side: Side;
  caller: Caller;
}

/** How a route of the interface is called. */
export interface Ask {
  /**
   * `one`: a thing of one side; `list`: one call whose answer shows the sides; `plain`: nothing that belongs to a unit,
   * or the caller's own
   */
  kind: 'one' | 'list' | 'plain';
  /** makes what the request needs, and the request */
  make: (aim: Aim) => Promise<Request> | Request;
  /** a success uses up what was made */
  once?: boolean;
  /** made for each caller anew */
  personal?: boolean;
  /** sides that make a difference; all when left out */
  sides?: readonly Side[];
  /** what a list shows of a side when the caller may see it */
  shows?: (world: World) => Promise<Record<Side, string>>;
  /** after a success */
  done?: (aim: Aim, request: Request) => void;
  /** a decision that stands in a good answer */
  verdict?: (got: Got) => string | null;
  /** the answer may name these, though they lie in a foreign subtree; with the reason */
  mayTell?: { words: (world: World) => (string | undefined)[]; since: string };
}

/** How each operation is called, by `<method> <path>` of the description; a second way has a word in parentheses. */
export type Asks = Record<string, Ask>;

/** @returns the same thing of every side */
export function ofSides(world: World, take: (side: Side) => string): Record<Side, string> {
  return { own: take('own'), above: take('above'), foreign: take('foreign') };
}

/** @returns what is made once for each side and then stands */
export async function standing(
  world: World,
  name: string,
  make: (side: Side) => Promise<string>,
): Promise<Record<Side, string>> {
  world.standing[name] ??= { own: await make('own'), above: await make('above'), foreign: await make('foreign') };
  return world.standing[name];
}
