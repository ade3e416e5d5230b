import { EntitySchema } from 'typeorm';
import { foreignKey, idColumn, index, refColumn, textColumn, timeColumn } from '../db/columns.ts';

/**
 * A device as it is stored. Everything that opens a door stands here as a SHA-256 alone: the pairing code and secret while
 * it waits, the token of a one-time link, the credential once it is paired.
 */
export interface DeviceRow {
  id: string;
  endpointId: string | null;
  label: string;
  state: 'waiting' | 'active' | 'revoked';
  pairingCodeHash: string | null;
  pairingSecretHash: string | null;
  pairTokenHash: string | null;
  pairExpiresAt: Date | null;
  credentialHash: string | null;
  createdAt: Date;
  approvedAt: Date | null;
  approvedBy: string | null;
  revokedAt: Date | null;
  lastSeenAt: Date | null;
}

export const deviceEntity = new EntitySchema<DeviceRow>({
  name: 'device',
  columns: {
    id: idColumn(),
    endpointId: refColumn('endpoint_id', { nullable: true }),
    label: textColumn('label', 80),
    state: textColumn('state', 20),
    pairingCodeHash: textColumn('pairing_code_hash', 64, { nullable: true }),
    pairingSecretHash: textColumn('pairing_secret_hash', 64, { nullable: true }),
    pairTokenHash: textColumn('pair_token_hash', 64, { nullable: true }),
    pairExpiresAt: timeColumn('pair_expires_at', { nullable: true }),
    credentialHash: textColumn('credential_hash', 64, { nullable: true }),
    createdAt: timeColumn('created_at'),
    approvedAt: timeColumn('approved_at', { nullable: true }),
    // no foreign key: the approval outlives the account of who gave it
    approvedBy: refColumn('approved_by', { nullable: true }),
    revokedAt: timeColumn('revoked_at', { nullable: true }),
    lastSeenAt: timeColumn('last_seen_at', { nullable: true }),
  },
  indices: [
    index('device_endpoint', ['endpointId']),
    index('device_state', ['state', 'pairExpiresAt']),
    index('device_pairing_code', ['pairingCodeHash'], true),
    index('device_pair_token', ['pairTokenHash'], true),
    index('device_credential', ['credentialHash'], true),
  ],
  foreignKeys: [foreignKey('device_endpoint_fk', 'endpointId', 'endpoint', 'RESTRICT')],
});
