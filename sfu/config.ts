import { readFileSync } from 'node:fs';
import { availableParallelism, networkInterfaces } from 'node:os';
import { z } from 'zod';

const port = z.coerce.number().int().min(1).max(65_535);
const count = z.coerce.number().int().min(1);

/** Every environment variable of the node: default, unit and advice. */
const schema = z
  .object({
    /** TCP port of the control channel, which the control plane dials */
    SFU_CONTROL_PORT: port.default(3001),
    /** address of the control channel; keep it on loopback unless the control plane runs on another machine */
    SFU_CONTROL_HOST: z.string().min(1).default('127.0.0.1'),
    /** file that holds the secret shared with the control plane (mode 0600) */
    SFU_SECRET_FILE: z.string().min(1).optional(),
    /** the secret itself, where no file is wanted; there is no default */
    SFU_SECRET: z.string().min(16, 'must have at least 16 characters').optional(),
    /** mediasoup workers; one per core is what helps */
    SFU_WORKERS: count.max(256).default(availableParallelism()),
    /** worker i uses this port + i, UDP and TCP: open these ports in the firewall */
    SFU_PORT_BASE: port.default(40_000),
    /** address on which media is received */
    SFU_LISTEN_IP: z.union([z.ipv4(), z.ipv6()]).default('0.0.0.0'),
    /** address or name under which endpoints reach this node; guessed when it is left out */
    SFU_ANNOUNCED_ADDRESS: z
      .string()
      .regex(/^[A-Za-z0-9.:-]+$/, 'must be an address or a host name')
      .optional(),
    /** consumers that a worker carries before a session overflows to the next one */
    SFU_CONSUMERS_PER_WORKER: count.default(500),
    /** transports that a worker may hold in all: a ceiling against floods */
    SFU_TRANSPORTS_PER_WORKER: count.default(2_000),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  })
  .refine((c) => c.SFU_PORT_BASE + c.SFU_WORKERS - 1 <= 65_535, {
    path: ['SFU_PORT_BASE'],
    message: 'leaves no room for a port per worker below 65536',
  });

/** One address on which each worker listens, and what clients are told about it. */
export interface Listen {
  ip: string;
  announcedAddress?: string;
}

/** The node's configuration, checked. */
export interface SfuConfig {
  controlPort: number;
  controlHost: string;
  secret: string;
  workers: number;
  portBase: number;
  /** most wanted first */
  listens: Listen[];
  consumersPerWorker: number;
  transportsPerWorker: number;
  logLevel: string;
  /** the address was guessed */
  guessed: boolean;
  /** what the person who starts the node should know, or null */
  warning: string | null;
}

/** A wrong environment value: one sentence that names the key. */
export class ConfigError extends Error {}

/** Guesses the address of this machine: its first IPv4 address that is not loopback; null when there is none. */
export function guessAddress(): string | null {
  for (const addresses of Object.values(networkInterfaces()))
    for (const a of addresses ?? [])
      if (a.family === 'IPv4' && !a.internal && !a.address.startsWith('169.254.')) return a.address;
  return null;
}

/**
 * Decides where workers listen. A guessed address is bound by itself together with loopback, so that a browser on
 * this machine works even while its network is down or changes: the wildcard would take both places and could
 * announce only one of them.
 */
export function listensOf(listenIp: string, announced: string | undefined, guess: string | null): Listen[] {
  if (listenIp !== '0.0.0.0') return [announced ? { ip: listenIp, announcedAddress: announced } : { ip: listenIp }];
  if (announced) return [{ ip: listenIp, announcedAddress: announced }];
  return guess ? [{ ip: guess }, { ip: '127.0.0.1' }] : [{ ip: '127.0.0.1' }];
}

/** @returns a warning when the announced address is none of this machine's: right behind NAT, else a mistake */
function foreignAddress(announced: string | undefined): string | null {
  if (!announced || !/^\d+\.\d+\.\d+\.\d+$/.test(announced)) return null;
  const own = Object.values(networkInterfaces()).some((list) => list?.some((a) => a.address === announced));
  return own ? null : `SFU_ANNOUNCED_ADDRESS ${announced} is not an address of this machine: right only behind NAT.`;
}

function readSecret(file: string | undefined, given: string | undefined): string {
  if (given) return given;
  if (!file) throw new ConfigError('SFU_SECRET_FILE (or SFU_SECRET) must be set: there is no default secret.');
  let secret: string;
  try {
    secret = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new ConfigError(`SFU_SECRET_FILE names ${file}, which cannot be read.`, { cause });
  }
  if (secret.length < 16) throw new ConfigError(`SFU_SECRET_FILE names ${file}, which holds less than 16 characters.`);
  return secret;
}

/**
 * Reads the configuration from the environment; an empty value counts as left out.
 * @throws {ConfigError} one sentence that names the key
 */
export function readConfig(env: Record<string, string | undefined>): SfuConfig {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const key = String(issue?.path[0] ?? 'environment');
    throw new ConfigError(`${key} is wrong: ${issue?.message ?? 'invalid'}.`);
  }
  const c = parsed.data;
  return {
    controlPort: c.SFU_CONTROL_PORT,
    controlHost: c.SFU_CONTROL_HOST,
    secret: readSecret(c.SFU_SECRET_FILE, c.SFU_SECRET),
    workers: c.SFU_WORKERS,
    portBase: c.SFU_PORT_BASE,
    listens: listensOf(c.SFU_LISTEN_IP, c.SFU_ANNOUNCED_ADDRESS, guessAddress()),
    consumersPerWorker: c.SFU_CONSUMERS_PER_WORKER,
    transportsPerWorker: c.SFU_TRANSPORTS_PER_WORKER,
    logLevel: c.LOG_LEVEL,
    guessed: c.SFU_ANNOUNCED_ADDRESS === undefined && c.SFU_LISTEN_IP === '0.0.0.0',
    warning: foreignAddress(c.SFU_ANNOUNCED_ADDRESS),
  };
}
