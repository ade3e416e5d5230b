import type { Contact, DutyCard } from '../protocol/directory.ts';
import type { EndpointRow } from './directory.entity.ts';

/** @returns who can be called of an endpoint: the duty and its deputy, or else the contacts that have a telephone */
export function peopleOf(card: Pick<EndpointRow, 'duty' | 'contacts'> | undefined): { name: string; phone: string }[] {
  const duty = card?.duty ? (JSON.parse(card.duty) as DutyCard) : null;
  if (duty) {
    const deputy = { name: duty.deputyName ?? '', phone: duty.deputyPhone };
    return reachable([duty, deputy]);
  }
  return reachable(card?.contacts ? (JSON.parse(card.contacts) as Contact[]) : []);
}

function reachable(people: { name: string; phone: string | null }[]): { name: string; phone: string }[] {
  return people.flatMap(({ name, phone }) => (phone ? [{ name, phone }] : []));
}
