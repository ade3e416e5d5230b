import { EntitySchema } from 'typeorm';
import { flagColumn, foreignKey, idColumn, index, refColumn, textColumn, timeColumn } from '../db/columns.ts';
import type { Role } from '../protocol/rest.ts';

/** A person who may sign in. */
export interface UserRow {
  id: string;
  username: string;
  /** the username in lower case: two accounts never differ by case alone */
  usernameKey: string;
  displayName: string;
  unitId: string;
  /** PHC text */
  passwordHash: string;
  mustChangePassword: boolean;
  disabledAt: Date | null;
  createdAt: Date;
}

/** A role of a user within a unit's subtree. */
export interface GrantRow {
  id: string;
  userId: string;
  role: Role;
  unitId: string;
}

/** One sign-in of a user, from the password to its end. */
export interface SignInRow {
  id: string;
  userId: string;
  /** SHA-256 of the token, hexadecimal */
  tokenHash: string;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  address: string;
  agent: string;
  endedAt: Date | null;
}

export const userEntity = new EntitySchema<UserRow>({
  name: 'user_account',
  columns: {
    id: idColumn(),
    username: textColumn('username', 80),
    usernameKey: textColumn('username_key', 80),
    displayName: textColumn('display_name', 120),
    unitId: refColumn('unit_id'),
    passwordHash: textColumn('password_hash', 200),
    mustChangePassword: flagColumn('must_change_password'),
    disabledAt: timeColumn('disabled_at', { nullable: true }),
    createdAt: timeColumn('created_at'),
  },
  indices: [index('user_account_key', ['usernameKey'], true), index('user_account_unit', ['unitId'])],
  foreignKeys: [foreignKey('user_account_unit_fk', 'unitId', 'unit', 'RESTRICT')],
});

export const grantEntity = new EntitySchema<GrantRow>({
  name: 'user_grant',
  columns: {
    id: idColumn(),
    userId: refColumn('user_id'),
    role: textColumn('role', 20),
    unitId: refColumn('unit_id'),
  },
  indices: [index('user_grant_user', ['userId']), index('user_grant_unit', ['unitId'])],
  foreignKeys: [
    foreignKey('user_grant_user_fk', 'userId', 'user_account', 'CASCADE'),
    foreignKey('user_grant_unit_fk', 'unitId', 'unit', 'RESTRICT'),
  ],
});

export const signInEntity = new EntitySchema<SignInRow>({
  name: 'sign_in',
  columns: {
    id: idColumn(),
    userId: refColumn('user_id'),
    tokenHash: textColumn('token_hash', 64),
    createdAt: timeColumn('created_at'),
    lastSeenAt: timeColumn('last_seen_at'),
    expiresAt: timeColumn('expires_at'),
    address: textColumn('address', 64),
    agent: textColumn('agent', 200),
    endedAt: timeColumn('ended_at', { nullable: true }),
  },
  indices: [
    index('sign_in_token', ['tokenHash'], true),
    index('sign_in_user', ['userId']),
    index('sign_in_open', ['endedAt', 'expiresAt']),
  ],
  foreignKeys: [foreignKey('sign_in_user_fk', 'userId', 'user_account', 'CASCADE')],
});
