import type { EntitySchema } from 'typeorm';
import { grantEntity, signInEntity, userEntity } from '../accounts/account.entity.ts';
import { deviceEntity } from '../directory/device.entity.ts';
import { endpointEntity, levelEntity, unitEntity } from '../directory/directory.entity.ts';
import { bookingEntity, idempotencyEntity, meetingEntity } from '../meetings/meeting.entity.ts';
import { sessionEntity, sessionEventEntity } from '../sessions/session.entity.ts';

/** Every table of the program; features add theirs here. */
export const allEntities: EntitySchema[] = [
  levelEntity,
  unitEntity,
  endpointEntity,
  deviceEntity,
  userEntity,
  grantEntity,
  signInEntity,
  meetingEntity,
  bookingEntity,
  idempotencyEntity,
  sessionEntity,
  sessionEventEntity,
];
