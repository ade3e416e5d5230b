import type { Seed } from '../../server/directory/seed.ts';

/** The seed with more endpoints at the same units. */
export function enlarged(seed: Seed, copies: number): Seed {
  const endpoints = Array.from({ length: copies }, (_, i) =>
    seed.endpoints.map((e) => (i === 0 ? e : { ...e, code: `${e.code}-X${i}`, name: `${e.name} ${i + 1}` })),
  );
  return { ...seed, endpoints: endpoints.flat() };
}

/** @returns the endpoints with the copies last, whatever the roster's order */
export function provinceFirst<T extends { code: string }>(endpoints: readonly T[]): T[] {
  return endpoints.toSorted((a, b) => Number(/-X\d+$/.test(a.code)) - Number(/-X\d+$/.test(b.code)));
}
