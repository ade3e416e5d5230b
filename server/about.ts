import { z } from 'zod';
import { defineRoute } from './http/route.ts';
import type { Route } from './http/route.ts';
import { PROTOCOL_VERSION } from './protocol/ids.ts';

/** What anybody may know of this installation; no name of a person, no number of anything. */
export interface About {
  version: string;
  protocol: number;
  /** a sample province that nobody has changed yet: the sign-in page says how to run the first briefing */
  sample: boolean;
  tls: boolean;
  /** an own authority's certificate can be downloaded at /ca.crt */
  authority: boolean;
  timeZone: string;
}

const shape = z.object({
  version: z.string(),
  protocol: z.number().int(),
  sample: z.boolean(),
  tls: z.boolean(),
  authority: z.boolean(),
  timeZone: z.string(),
  serverTime: z.iso.datetime(),
});

/** Route that the sign-in page asks first. */
export function aboutRoutes(about: Omit<About, 'protocol'>, now: () => number): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/about',
      summary: 'Version and kind of this installation',
      access: 'public',
      answer: shape,
      handle: async () => ({ ...about, protocol: PROTOCOL_VERSION, serverTime: new Date(now()).toISOString() }),
    }),
  ];
}
