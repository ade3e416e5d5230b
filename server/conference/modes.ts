import type { Rules } from './rules.ts';

/** The floor mode. What a mode lets be heard stands in protocol/derive, what a change closes in protocol/evolve. */
export const modeRules = {
  'mode.set': ({ s, input }) =>
    s.floorMode === input.floorMode ? [] : [{ type: 'modeSet', floorMode: input.floorMode }],
} satisfies Partial<Rules>;
