import type { EntitySchema } from 'typeorm';
import { grantEntity, signInEntity, userEntity } from '../accounts/account.entity.ts';
import { apiTokenEntity } from '../accounts/apiToken.entity.ts';
import { auditEntity } from '../audit.entity.ts';
import { deviceEntity } from '../directory/device.entity.ts';
import {
  endpointEntity,
  endpointPastEntity,
  levelEntity,
  unitEntity,
  unitPastEntity,
} from '../directory/directory.entity.ts';
import { groupEntity, surgeryEntity } from '../directory/surgery.entity.ts';
import {
  feedEntity,
  invitationEntity,
  letterEntity,
  mailEntity,
  newsEntity,
} from '../invitations/invitation.entity.ts';
import {
  documentEntity,
  dutyEntity,
  giveWayEntity,
  seriesEntity,
  templateEntity,
} from '../meetings/calendar.entity.ts';
import { bookingEntity, idempotencyEntity, meetingEntity } from '../meetings/meeting.entity.ts';
import { sessionEntity, sessionEventEntity } from '../sessions/session.entity.ts';
import { deliveryEntity, webhookEntity } from '../webhooks/webhook.entity.ts';

/** Every table of the program; features add theirs here. */
export const allEntities: EntitySchema[] = [
  levelEntity,
  unitEntity,
  endpointEntity,
  unitPastEntity,
  endpointPastEntity,
  surgeryEntity,
  groupEntity,
  auditEntity,
  deviceEntity,
  userEntity,
  grantEntity,
  signInEntity,
  meetingEntity,
  bookingEntity,
  idempotencyEntity,
  seriesEntity,
  templateEntity,
  documentEntity,
  giveWayEntity,
  dutyEntity,
  invitationEntity,
  letterEntity,
  mailEntity,
  newsEntity,
  feedEntity,
  sessionEntity,
  sessionEventEntity,
  apiTokenEntity,
  webhookEntity,
  deliveryEntity,
];
