import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { tooManyRequests } from '../accounts/backOff.ts';
import type { RouteLimit } from './route.ts';

/** Counts one call of a route by the key of its caller; throws AppError too_many_requests when there were too many. */
export type CountCall = (key: string) => Promise<void>;

/** @returns the counter of one route's limit, kept in memory */
export function callCounter(limit: RouteLimit): CountCall {
  const memory = new RateLimiterMemory({ points: limit.points, duration: limit.seconds });
  return async (key) => {
    try {
      await memory.consume(key);
    } catch (rejected) {
      if (!(rejected instanceof RateLimiterRes)) throw rejected;
      throw tooManyRequests(rejected.msBeforeNext);
    }
  };
}
