import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { CommandCall, CommandName, CommandOutput } from '../lib/commandTypes.ts';
import { problemOf } from '../lib/problemError.ts';
import type { ScreenProblem } from '../lib/problemError.ts';
import type { Connection } from '../lib/socket.ts';
import type { Store } from '../lib/store.ts';

/** @returns the present value of a store; the component renders again when it changes */
export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}

/**
 * Reads one part of a store; renders again only when that part is another value.
 * @param pick must return the same value for the same state (no new objects)
 */
export function useStorePart<T, P>(store: Store<T>, pick: (value: T) => P): P {
  return useSyncExternalStore(store.subscribe, () => pick(store.get()));
}

/** What a button needs: whether its command is under way, and how to send it. */
export interface Sending {
  /** the command's name, and the target where there is one, while it has no answer */
  pending: ReadonlySet<string>;
  /** @returns what the server answered, or null when it was refused (shown by `onProblem`) */
  send<N extends CommandName>(name: N, input: CommandCall<N>): Promise<CommandOutput<N> | null>;
}

/**
 * Commands with a pressed state per button: pressed at once, released by the answer.
 * @param onProblem shows a refusal, usually as a toast
 */
export function useSending(connection: Connection, onProblem: (problem: ScreenProblem) => void): Sending {
  const [pending, setPending] = useState<ReadonlySet<string>>(new Set());
  const told = useRef(onProblem);
  useEffect(() => {
    told.current = onProblem;
  }, [onProblem]);
  const send = useCallback(
    async <N extends CommandName>(name: N, input: CommandCall<N>): Promise<CommandOutput<N> | null> => {
      const key = pendingKey(name, input);
      setPending((set) => new Set(set).add(key));
      try {
        return await connection.command(name, input);
      } catch (error) {
        told.current(problemOf(error));
        return null;
      } finally {
        setPending((set) => {
          const next = new Set(set);
          next.delete(key);
          return next;
        });
      }
    },
    [connection],
  );
  return { pending, send };
}

/** @returns the entry of `pending` that stands for this command and target */
export function pendingKey(name: string, input: object): string {
  const endpointId = 'endpointId' in input && typeof input.endpointId === 'string' ? input.endpointId : '';
  return endpointId ? `${name}/${endpointId}` : name;
}
