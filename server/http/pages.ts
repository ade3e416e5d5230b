import { z } from 'zod';
import { AppError } from '../errors.ts';

/** Which part of a whole list is wanted. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(500),
  cursor: z.string().max(200).optional(),
});

/** One part of a list. */
export interface Page {
  items: unknown[];
  nextCursor: string | null;
}

/** An item by whatever names it in its list. */
interface Named {
  id?: string;
  code?: string;
  node?: string;
}

/**
 * Cuts a page out of a list that the handler gave whole and in a fixed order; its items have a name.
 * @throws AppError bad_request for a cursor whose item is no longer there
 */
export function pageOf(list: unknown, { limit, cursor }: z.output<typeof pageQuery>): Page {
  const { items } = list as { items: Named[] };
  const nameOf = (item: Named | undefined) => item?.id ?? item?.code ?? item?.node ?? null;
  const before = cursor === undefined ? -1 : items.findIndex((item) => nameOf(item) === cursor);
  if (cursor !== undefined && before < 0) {
    const errors = [{ path: 'cursor', message: 'expected the nextCursor of an earlier answer' }];
    throw new AppError('bad_request', 'The cursor is not one of this list, or no longer.', { details: { errors } });
  }
  const page = items.slice(before + 1, before + 1 + limit);
  const isLast = before + 1 + limit >= items.length;
  return { items: page, nextCursor: isLast ? null : nameOf(page.at(-1)) };
}
