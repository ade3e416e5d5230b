import { EntitySchema } from 'typeorm';
import { foreignKey, idColumn, index, refColumn, textColumn, timeColumn } from '../db/columns.ts';

/** A token by which a program acts as a user, within its scopes. */
export interface ApiTokenRow {
  id: string;
  userId: string;
  name: string;
  /** scopes with blanks between */
  scopes: string;
  /** SHA-256 of the token, hexadecimal */
  tokenHash: string;
  /** how the token begins */
  hint: string;
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

export const apiTokenEntity = new EntitySchema<ApiTokenRow>({
  name: 'api_token',
  columns: {
    id: idColumn(),
    userId: refColumn('user_id'),
    name: textColumn('name', 80),
    scopes: textColumn('scopes', 500),
    tokenHash: textColumn('token_hash', 64),
    hint: textColumn('hint', 12),
    createdAt: timeColumn('created_at'),
    expiresAt: timeColumn('expires_at'),
    lastUsedAt: timeColumn('last_used_at', { nullable: true }),
    revokedAt: timeColumn('revoked_at', { nullable: true }),
  },
  indices: [index('api_token_hash', ['tokenHash'], true), index('api_token_user', ['userId'])],
  foreignKeys: [foreignKey('api_token_user_fk', 'userId', 'user_account', 'CASCADE')],
});
