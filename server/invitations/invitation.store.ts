import { In, IsNull } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { newId } from '../db/uuid.ts';
import type { Letter } from '../protocol/invitations.ts';
import { invitationEntity, letterEntity, mailEntity } from './invitation.entity.ts';
import type { InvitationRow, MailRow } from './invitation.entity.ts';

/** Most rows of one statement. */
const ROWS = 400;

/** An invitation with how its mail fared. */
export interface SentInvitation extends InvitationRow {
  mail: Pick<MailRow, 'state' | 'fault' | 'sentAt'> | null;
}

/** @returns the invitations of meetings */
export async function invitationsOf(m: EntityManager, meetingIds: readonly string[]): Promise<InvitationRow[]> {
  const rows: InvitationRow[] = [];
  for (let from = 0; from < meetingIds.length; from += ROWS) {
    rows.push(...(await m.findBy(invitationEntity, { meetingId: In(meetingIds.slice(from, from + ROWS)) })));
  }
  return rows;
}

/** @returns the invitations of one meeting with how their mails fared */
export async function sentInvitations(m: EntityManager, meetingId: string): Promise<SentInvitation[]> {
  const rows = await m.findBy(invitationEntity, { meetingId });
  const mailIds = [...new Set(rows.flatMap((row) => row.mailId ?? []))];
  const mails = mailIds.length ? await m.find(mailEntity, { where: { id: In(mailIds) }, select: MAIL_FATE }) : [];
  const byId = new Map(mails.map((mail) => [mail.id, mail]));
  return rows.map((row) => ({ ...row, mail: (row.mailId !== null && byId.get(row.mailId)) || null }));
}

const MAIL_FATE = { id: true, state: true, fault: true, sentAt: true } as const;

/** @returns an empty invitation */
export function blankInvitation(meetingId: string, endpointId: string): InvitationRow {
  return {
    id: newId(),
    meetingId,
    endpointId,
    recipients: '',
    mailId: null,
    secretHash: null,
    invitedAt: null,
    seenAt: null,
    remindedAt: null,
    answer: null,
    headCount: 0,
    delegates: null,
    note: '',
    answeredAt: null,
    answeredBy: null,
  };
}

/** Stores new invitations. */
export async function insertInvitations(m: EntityManager, rows: readonly InvitationRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS) {
    const insert = m.createQueryBuilder().insert().into(invitationEntity);
    await insert
      .values(rows.slice(from, from + ROWS))
      .updateEntity(false)
      .execute();
  }
}

/** Notes what one endpoint was sent, at all of its meetings that one mail was about. */
export async function noteSent(
  m: EntityManager,
  ids: readonly string[],
  fields: Partial<Pick<InvitationRow, 'recipients' | 'mailId' | 'secretHash' | 'invitedAt' | 'remindedAt'>>,
): Promise<void> {
  for (let from = 0; from < ids.length; from += ROWS) {
    await m.update(invitationEntity, { id: In(ids.slice(from, from + ROWS)) }, fields);
  }
}

/** Notes that somebody of the endpoint looked at the invitation, the first time. */
export async function noteSeen(m: EntityManager, meetingIds: readonly string[], endpointId: string, at: Date) {
  await m.update(invitationEntity, { meetingId: In([...meetingIds]), endpointId, seenAt: IsNull() }, { seenAt: at });
}

/** Stores the answer of an endpoint, invited or not. */
export async function storeAnswer(m: EntityManager, row: InvitationRow): Promise<void> {
  const { id, meetingId, endpointId, answer, headCount, delegates, note, answeredAt, answeredBy, seenAt } = row;
  const fields = { answer, headCount, delegates, note, answeredAt, answeredBy, seenAt };
  const { affected } = await m.update(invitationEntity, { meetingId, endpointId }, fields);
  if (affected === 0) await m.insert(invitationEntity, { ...row, id });
}

/** @returns the invitations that a link opens */
export async function invitationsBySecret(m: EntityManager, secretHash: string): Promise<InvitationRow[]> {
  return m.findBy(invitationEntity, { secretHash });
}

/** @returns what the letter of a meeting says, or null */
export async function readLetter(m: EntityManager, meetingId: string): Promise<Letter | null> {
  const row = await m.findOneBy(letterEntity, { meetingId });
  return row && (JSON.parse(row.letter) as Letter);
}

/** Keeps what the letters of meetings say. */
export async function keepLetter(
  m: EntityManager,
  meetingIds: readonly string[],
  letter: Letter,
  at: Date,
): Promise<void> {
  const text = JSON.stringify(letter);
  for (const meetingId of meetingIds) {
    const { affected } = await m.update(letterEntity, { meetingId }, { letter: text, updatedAt: at });
    if (affected === 0) await m.insert(letterEntity, { meetingId, letter: text, updatedAt: at });
  }
}
