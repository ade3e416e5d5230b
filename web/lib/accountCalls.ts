import type { z } from 'zod';
import type { AuditEntry } from '../../server/protocol/directory.ts';
import type { changeUserBody, createUserBody, ListedUser, SignInSession, User } from '../../server/protocol/rest.ts';
import { api } from './api.ts';

/** Every call of the screens of accounts: the own sign-ins, the accounts of others, the log of changes. */

/** Body of a new account, and of a changed one. */
export type AccountDraft = z.input<typeof createUserBody>;
export type AccountChange = z.input<typeof changeUserBody>;

/** One page of a list. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** Which entries of the log of changes are wanted; empty texts ask for all. */
export interface AuditWish {
  actor: string;
  action: string;
  subject: string;
  /** RFC 3339; half-open */
  from: string;
  to: string;
}

/** The calls; each throws `ApiProblem`. */
export const accountCalls = {
  signIns: async (signal?: AbortSignal) => (await api.get<Page<SignInSession>>('/me/sign-ins', {}, signal)).items,
  endSignIn: (id: string) => api.delete<void>(`/me/sign-ins/${id}`),
  endOtherSignIns: () => api.delete<void>('/me/sign-ins'),

  list: (q: string, cursor: string | null, signal?: AbortSignal) =>
    api.get<Page<ListedUser>>('/users', { q, cursor, limit: 50 }, signal),
  make: (draft: AccountDraft) => api.post<User>('/users', draft),
  change: (id: string, change: AccountChange) => api.patch<User>(`/users/${id}`, change),
  resetPassword: (id: string, password: string) => api.post<void>(`/users/${id}/password`, { password }),

  audit: (wish: AuditWish, cursor: string | null, signal?: AbortSignal) =>
    api.get<Page<AuditEntry>>('/audit', { ...wish, cursor, limit: 50 }, signal),
};

/** Reads the first pages of a list as one. @param read makes the call for a cursor */
export async function readPages<T>(
  pages: number,
  read: (cursor: string | null) => Promise<Page<T>>,
): Promise<{ items: T[]; more: boolean }> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < pages; page++) {
    const answer = await read(cursor);
    items.push(...answer.items);
    cursor = answer.nextCursor;
    if (cursor === null) break;
  }
  return { items, more: cursor !== null };
}
