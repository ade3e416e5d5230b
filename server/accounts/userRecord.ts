import type { Change } from '../audit.ts';
import type { Account } from './account.store.ts';
import type { Grant, UserActor } from './actor.ts';
import type { Tree } from './rights.ts';

/** What an entry of the log of changes says of an account; passwords and their hashes never stand in it. */
type Told = Partial<Pick<Account, 'displayName' | 'unitId' | 'grants'>>;

/** Who makes a change, in the organisation of the day. */
export interface Maker {
  actor: UserActor;
  tree: Tree;
}

/** @returns the smallest known unit that holds all the units; null: only the whole organisation does */
function holderOf(units: readonly string[], { actor, tree }: Maker): string | null {
  const candidates = [...units, ...actor.grants.filter((g) => g.role === 'administrator').map((g) => g.unitId)];
  return candidates.find((one) => units.every((unitId) => tree.isWithin(unitId, one))) ?? null;
}

function entry(account: Account, what: string, states: { before?: Told; after?: Told } = {}, maker?: Maker): Change {
  const { id, username } = account;
  const grants = [...(states.before?.grants ?? []), ...(states.after?.grants ?? [])];
  const units = [account.unitId, ...grants.map((grant) => grant.unitId)];
  // roles over other units are read only by who administers those too
  const unitId = maker ? holderOf(units, maker) : account.unitId;
  const named = (state: Told | undefined) => (state ? { username, ...state } : undefined);
  return {
    action: `user.${what}`,
    subject: `user:${id}`,
    unitId,
    before: named(states.before),
    after: named(states.after ?? {}),
  };
}

/** @returns the entry of the log for a new account */
export function madeEntry(account: Account, maker: Maker): Change {
  const { displayName, unitId, grants } = account;
  return entry(account, 'created', { after: { displayName, unitId, grants } }, maker);
}

/** @returns the entry of the log for a new password: the person's own, or one that an administrator set */
export function passwordEntry(account: Account, what: 'password_changed' | 'password_reset'): Change {
  return entry(account, what);
}

/**
 * @param next what was asked for; fields that stay as they are make no entry
 * @returns the entries of the log for a changed account
 */
export function changeEntries(
  maker: Maker,
  account: Account,
  next: { displayName?: string | undefined; grants?: readonly Grant[] | undefined; disabled?: boolean | undefined },
): Change[] {
  const { displayName, grants, disabledAt } = account;
  const before: Told = {};
  const after: Told = {};
  if (next.displayName !== undefined && next.displayName !== displayName) {
    Object.assign(before, { displayName });
    Object.assign(after, { displayName: next.displayName });
  }
  if (next.grants && keyOfGrants(next.grants) !== keyOfGrants(grants)) {
    Object.assign(before, { grants });
    Object.assign(after, { grants: next.grants });
  }
  const entries = Object.keys(after).length > 0 ? [entry(account, 'changed', { before, after }, maker)] : [];
  if (next.disabled !== undefined && next.disabled !== (disabledAt !== null))
    entries.push(entry(account, next.disabled ? 'disabled' : 'enabled'));
  return entries;
}

function keyOfGrants(grants: readonly Grant[]): string {
  return grants
    .map(({ role, unitId }) => `${role} ${unitId}`)
    .sort()
    .join();
}
