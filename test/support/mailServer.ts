import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail that the server of a test took. */
export interface TakenMail {
  to: string[];
  /** as it came over the wire */
  raw: string;
  headers: Map<string, string>;
  /** parts by their media type, decoded */
  parts: { type: string; bytes: Buffer }[];
}

/** A real SMTP server of a test; it keeps what it takes. */
export class MailServer {
  readonly mails: TakenMail[] = [];
  /** addresses that it does not know */
  readonly unknown = new Set<string>();
  /** refuses everything for now, as a full server does */
  busy = false;
  port = 0;
  #server: SMTPServer | null = null;

  /** Listens on a free port, or again on the one that it had. */
  async open(): Promise<void> {
    const server = new SMTPServer({
      authOptional: true,
      // what a pool keeps open is not waited for
      closeTimeout: 50,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onRcptTo: ({ address }, _session, done) => {
        if (this.busy) done(Object.assign(new Error('4.3.1 come back later'), { responseCode: 451 }));
        else if (this.unknown.has(address)) done(Object.assign(new Error('5.1.1 no such user'), { responseCode: 550 }));
        else done();
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const raw = Buffer.concat(chunks).toString('latin1');
          this.mails.push({ to: session.envelope.rcptTo.map((one) => one.address), raw, ...parsed(raw) });
          done();
        });
      },
    });
    server.on('error', () => undefined);
    server.listen(this.port, '127.0.0.1');
    await once(server.server, 'listening');
    this.port = (server.server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Goes away; it can be opened again. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server) await new Promise<void>((done) => server.close(() => done()));
  }

  /** How clients reach it. */
  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }
}

function parsed(raw: string): Pick<TakenMail, 'headers' | 'parts'> {
  const [head, body] = halves(raw);
  const headers = headersOf(head);
  return { headers, parts: partsOf(headers, body) };
}

function halves(text: string): [string, string] {
  const at = text.indexOf('\r\n\r\n');
  return [text.slice(0, at), text.slice(at + 4)];
}

function headersOf(text: string): Map<string, string> {
  const lines = text.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  return new Map(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      words(line.slice(line.indexOf(':') + 1).trim()),
    ]),
  );
}

/** Encoded words of RFC 2047. */
function words(value: string): string {
  return value
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, how: string, text: string) =>
      how.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64').toString('latin1')
        : quotedPrintable(text.replaceAll('_', ' ')).toString('latin1'),
    )
    .replace(/.+/s, (all) => Buffer.from(all, 'latin1').toString('utf8'));
}

function quotedPrintable(text: string): Buffer {
  const plain = text
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(plain, 'latin1');
}

function partsOf(headers: Map<string, string>, body: string): TakenMail['parts'] {
  const type = headers.get('content-type') ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1];
  if (boundary === undefined) {
    const how = headers.get('content-transfer-encoding')?.toLowerCase();
    const bytes =
      how === 'base64'
        ? Buffer.from(body, 'base64')
        : how === 'quoted-printable'
          ? quotedPrintable(body)
          : Buffer.from(body, 'latin1');
    return [{ type: type.toLowerCase(), bytes }];
  }
  return body
    .split(`--${boundary}`)
    .slice(1, -1)
    .flatMap((part) => {
      const [head, inside] = halves(part.replace(/^\r\n/, ''));
      return partsOf(headersOf(head), inside.replace(/\r\n$/, ''));
    });
}
