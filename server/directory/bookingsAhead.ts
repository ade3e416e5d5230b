import type { EntityManager } from 'typeorm';
import type { TouchedBooking } from '../protocol/surgery.ts';

/** Bookings that are still to come, or run. */
export interface BookingsAhead {
  count: number;
  /** how many meetings they belong to */
  meetings: number;
  /** the first ones by start */
  items: TouchedBooking[];
}

/** What the directory asks of the calendar: it must not end an endpoint that somebody counts on. */
export interface BookingReader {
  /**
   * @param since epoch milliseconds; only bookings that end after it
   * @param m manager of the running transaction; left out: outside of any
   */
  futureBookings(endpointIds: readonly string[], since: number, m?: EntityManager): Promise<BookingsAhead>;
}
