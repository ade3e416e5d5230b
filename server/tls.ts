import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import * as x509 from '@peculiar/x509';
import type { Config } from './config.ts';
import { StartRefused } from './errors.ts';

/** Certificate chain and key in PEM, and the authority's certificate when it is our own. */
export interface TlsFiles {
  cert: string;
  key: string;
  /** offered for download, so that the PCs of the endpoints can trust this service */
  authority: string | null;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 24 * 3600 * 1000;
/** Browsers refuse certificates of more than 825 days. */
const SERVER_DAYS = 800;
const AUTHORITY_DAYS = 3650;
/** A certificate that ends sooner than this is made anew at the start. */
const RENEW_DAYS = 60;

/** @returns what the HTTPS server needs, or null when the service speaks plain HTTP */
export async function tlsFiles(config: Config): Promise<TlsFiles | null> {
  if (config.tls === 'off') return null;
  if (config.TLS_CERT && config.TLS_KEY) {
    return givenCertificate(config.TLS_CERT, config.TLS_KEY);
  }
  return ownCertificate(join(config.dataDir, 'tls'), namesOf(config));
}

/** @throws StartRefused when the files are no certificate and key that fit */
function givenCertificate(certFile: string, keyFile: string): TlsFiles {
  try {
    const files = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
    createSecureContext(files);
    return { ...files, authority: null };
  } catch (cause) {
    throw new StartRefused(
      `TLS_CERT and TLS_KEY are no certificate and key in PEM that fit (${(cause as Error).message}).`,
    );
  }
}

/** @returns every name and address under which this machine may be called */
function namesOf(config: Config): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).filter((a) => a.family === 'IPv4').map((a) => a.address),
  );
  const announced = config.SFU_ANNOUNCED_ADDRESS ? [config.SFU_ANNOUNCED_ADDRESS] : [];
  return [...new Set(['localhost', hostname(), new URL(config.publicUrl).hostname, ...addresses, ...announced])];
}

/**
 * Keeps an authority of its own in `folder` and a certificate of it for `names`; makes what is missing, near its end
 * or too narrow. The authority stays, since PCs trust it.
 */
export async function ownCertificate(folder: string, names: string[]): Promise<TlsFiles> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = (name: string) => join(folder, name);
  const paths = {
    caCert: file('authority.crt'),
    caKey: file('authority.key'),
    cert: file('server.crt'),
    key: file('server.key'),
  };
  if (!existsSync(paths.caCert) || !existsSync(paths.caKey)) {
    const made = await makeAuthority();
    writeFileSync(paths.caKey, made.key, { mode: 0o600 });
    writeFileSync(paths.caCert, made.cert, { mode: 0o644 });
  }
  const authority = readFileSync(paths.caCert, 'utf8');
  if (
    !existsSync(paths.cert) ||
    !existsSync(paths.key) ||
    !serves(readFileSync(paths.cert, 'utf8'), authority, names)
  ) {
    const made = await makeServer(authority, readFileSync(paths.caKey, 'utf8'), names);
    writeFileSync(paths.key, made.key, { mode: 0o600 });
    writeFileSync(paths.cert, made.cert, { mode: 0o644 });
  }
  return { cert: readFileSync(paths.cert, 'utf8'), key: readFileSync(paths.key, 'utf8'), authority };
}

function serves(cert: string, authority: string, names: string[]): boolean {
  const c = new X509Certificate(cert);
  const covers = names.every((n) => (isAddress(n) ? c.checkIP(n) : c.checkHost(n)) !== undefined);
  const lasts = Date.parse(c.validTo) - Date.now() > RENEW_DAYS * DAY_MS;
  return covers && lasts && c.verify(new X509Certificate(authority).publicKey);
}

function isAddress(name: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(name);
}

async function makeAuthority(): Promise<{ cert: string; key: string }> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=Nhip Cau ${hostname()}`,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + AUTHORITY_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: cert.toString('pem'), key: await pemKey(keys.privateKey) };
}

async function makeServer(caCert: string, caKey: string, names: string[]): Promise<{ cert: string; key: string }> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const der = x509.PemConverter.decodeFirst(caKey);
  const signingKey = await crypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign']);
  const issuer = new x509.X509Certificate(caCert);
  const cert = await x509.X509CertificateGenerator.create({
    subject: `CN=${hostname()}`,
    issuer: issuer.subject,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + SERVER_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isAddress(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return { cert: `${cert.toString('pem')}\n${caCert}`, key: await pemKey(keys.privateKey) };
}

async function pemKey(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}
