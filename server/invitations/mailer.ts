import { createTransport } from 'nodemailer';
import type { Transporter } from 'nodemailer';
import type { Mailbox } from './ics.ts';

/** A mail as it is handed to the mail server. */
export interface OutgoingMail {
  /** the same at every attempt, so that a second copy can be told from another mail */
  messageId: string;
  to: string;
  subject: string;
  text: string;
  calendar: { method: string; content: string } | null;
  letter: Buffer | null;
}

/** What came of an attempt: taken, refused for good, or to be tried again; `server`: the server itself is out of reach. */
export type Fate =
  | { outcome: 'sent'; fault: string | null }
  | { outcome: 'bounced'; fault: string }
  | { outcome: 'later'; fault: string; server: boolean };

/** Hands mails to a mail server. */
export interface Mailer {
  /** Never throws for a mail that was not taken. */
  send(mail: OutgoingMail): Promise<Fate>;
  close(): void;
}

interface SmtpFault extends Error {
  code?: string;
  responseCode?: number;
}

/** How long the mail server may take for one step, milliseconds. */
const TIMEOUT_MS = 20_000;

/**
 * @param url `smtp://user:password@host:587` or `smtps://...`
 * @param from whose name the mails carry
 */
export function smtpMailer(url: string, from: Mailbox): Mailer {
  const times = { connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS };
  // the pool keeps one greeting for 87 mails
  const transport: Transporter = createTransport({ url, pool: true, maxConnections: 2, ...times } as never);
  return {
    async send(mail) {
      try {
        const info = (await transport.sendMail({
          from,
          to: mail.to,
          subject: mail.subject,
          text: mail.text,
          messageId: mail.messageId,
          headers: { 'Auto-Submitted': 'auto-generated' },
          ...(mail.calendar && {
            icalEvent: { method: mail.calendar.method, content: mail.calendar.content, filename: 'lich-hop.ics' },
          }),
          ...(mail.letter && {
            attachments: [{ filename: 'giay-moi.pdf', content: mail.letter, contentType: 'application/pdf' }],
          }),
        })) as { rejected?: (string | { address: string })[] };
        const rejected = (info.rejected ?? []).map((one) => (typeof one === 'string' ? one : one.address));
        return { outcome: 'sent', fault: rejected.length ? `refused: ${rejected.join(', ')}`.slice(0, 300) : null };
      } catch (err) {
        return fateOf(err as SmtpFault);
      }
    },
    close: () => transport.close(),
  };
}

/** A 5xx about the mail or its address is final; everything else may be mended. */
function fateOf(err: SmtpFault): Fate {
  const fault = err.message.replaceAll(/\s+/g, ' ').slice(0, 300);
  const aboutMail = err.code === 'EENVELOPE' || err.code === 'EMESSAGE';
  if (aboutMail && (err.responseCode ?? 0) >= 500) return { outcome: 'bounced', fault };
  return { outcome: 'later', fault, server: !aboutMail };
}
