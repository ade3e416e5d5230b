import { lookup as resolve } from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { AppError } from '../errors.ts';

/**
 * Where nothing is ever sent: the machine itself, neighbours on the wire (there clouds give out their keys), nobody's and
 * everybody's addresses. Private networks are free, since the servers of a province stand there.
 */
// two lists, since one would take every IPv4 address for a part of ::/8
const REFUSED_IPV4 = new BlockList();
const REFUSED_IPV6 = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['100.100.100.200', 32],
] as const)
  REFUSED_IPV4.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of [
  // the unspecified address, loopback, and every old way to write an IPv4 address into an IPv6 one
  ['::', 8],
  ['64:ff9b::', 16],
  ['2002::', 16],
  ['2001::', 32],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
  ['fd00:ec2::', 32],
] as const)
  REFUSED_IPV6.addSubnet(net, prefix, 'ipv6');

/** @returns whether nothing may be sent to an address */
export function isRefusedAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return true;
  const isBarred = family === 6 ? REFUSED_IPV6.check(address, 'ipv6') : REFUSED_IPV4.check(address, 'ipv4');
  return isBarred || isOwn(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** @returns whether this machine itself answers at an address, as of now */
function isOwn(address: string, family: 'ipv4' | 'ipv6'): boolean {
  const own = new BlockList();
  for (const one of Object.values(networkInterfaces()).flat()) {
    if (one?.family.toLowerCase() === family) own.addAddress(one.address, family);
  }
  return own.check(address, family);
}

/** The lookup of a connection, as Node asks for it. */
export type Lookup = (
  hostname: string,
  options: LookupOptions,
  done: (err: Error | null, address: string | LookupAddress[], family?: number) => void,
) => void;

/** Decides where webhooks may send: by https to any server but this machine and its neighbours on the wire. */
export class AddressGuard {
  readonly #listed: ReadonlySet<string>;

  /** @param listed hosts that the operator allows whatever they are, also by plain http */
  constructor(listed: readonly string[]) {
    this.#listed = new Set(listed.map((host) => host.toLowerCase()));
  }

  /**
   * @returns the address, read as the sender reads it
   * @throws AppError webhook_refused
   */
  check(text: string): URL {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (!url || !['https:', 'http:'].includes(url.protocol)) throw refused('The address must begin with https://.');
    if (url.username || url.password) throw refused('The address must not carry a name or password.');
    if (url.hash) throw refused('The address must not have a part after #.');
    const host = hostOf(url);
    if (this.#listed.has(host)) return url;
    if (url.protocol !== 'https:') {
      throw refused(`Plain http is for hosts of WEBHOOK_HOSTS alone, and ${host} is not one.`);
    }
    if (isIP(host) !== 0 && isRefusedAddress(host)) throw refused(forbidden(host));
    return url;
  }

  /**
   * Asks the name service too, so that a wrong address is seen when it is written. One that is not known yet passes.
   * @throws AppError webhook_refused
   */
  async checkWritten(text: string): Promise<URL> {
    const url = this.check(text);
    const host = hostOf(url);
    if (isIP(host) === 0) {
      await new Promise<void>((done, reject) => {
        this.lookup(host, { all: true }, (err) => (err instanceof AppError ? reject(err) : done()));
      });
    }
    return url;
  }

  /** Resolves a name for a connection, and lets no refused address through: a name may mean another one by now. */
  readonly lookup: Lookup = (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (err, found) => {
      const bad = err || this.#listed.has(hostname.toLowerCase()) ? undefined : found.find(refusedOne);
      const [first] = err ? [] : found;
      if (err || bad || !first) done(err ?? refused(forbidden(hostname)), []);
      else if (options.all) done(null, found);
      else done(null, first.address, first.family);
    });
  };
}

function refusedOne({ address }: LookupAddress): boolean {
  return isRefusedAddress(address);
}

/** @returns the host without the brackets of an IPv6 address */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

function forbidden(host: string): string {
  return `${host} is this machine or a neighbour on the wire: such hosts must stand in WEBHOOK_HOSTS.`;
}

function refused(why: string): AppError {
  return new AppError('webhook_refused', why, { details: { errors: [{ path: 'body.url', message: why }] } });
}
