import type { Clock } from '../clock.ts';
import type { Database } from '../db/dataSource.ts';
import type { BookingReader } from './bookingsAhead.ts';
import { Cards } from './cards.ts';
import type { DirectoryService } from './directoryService.ts';
import { Groups } from './groups.ts';
import { Levels } from './levels.ts';
import { Surgery } from './surgery.ts';
import { SurgeryUndo } from './surgeryUndo.ts';

/** The services that change the directory and show it in full. */
export interface DirectoryWork {
  cards: Cards;
  surgery: Surgery;
  undo: SurgeryUndo;
  groups: Groups;
  levels: Levels;
}

/** @returns the services over one directory */
export function directoryWork(
  db: Database,
  directory: DirectoryService,
  bookings: BookingReader,
  clock: Clock,
): DirectoryWork {
  return {
    cards: new Cards(directory),
    surgery: new Surgery(db, directory, bookings, clock),
    undo: new SurgeryUndo(db, directory, clock),
    groups: new Groups(db, directory, clock),
    levels: new Levels(db, directory, clock),
  };
}
