import type { MigrationInterface } from 'typeorm';
import { Directory } from './0001-directory.ts';
import { Accounts } from './0002-accounts.ts';
import { Meetings } from './0003-meetings.ts';
import { Sessions } from './0004-sessions.ts';
import { DirectoryWhole } from './0005-directory-whole.ts';
import { Calendar } from './0006-calendar.ts';
import { Invitations } from './0007-invitations.ts';
import { Integrations } from './0008-integrations.ts';
import { BookingIndices } from './0009-booking-indices.ts';
import { LevelNames } from './0010-level-names.ts';
import { WaitingMeetings } from './0011-waiting-meetings.ts';
import { ShortMeetings } from './0012-short-meetings.ts';
import { PlannedMeetings } from './0013-planned-meetings.ts';

/** All migrations, oldest first. The number at the end of a migration's `name` is its place in the order. */
export const allMigrations: (new () => MigrationInterface)[] = [
  Directory,
  Accounts,
  Meetings,
  Sessions,
  DirectoryWhole,
  Calendar,
  Invitations,
  Integrations,
  BookingIndices,
  LevelNames,
  WaitingMeetings,
  ShortMeetings,
  PlannedMeetings,
];
