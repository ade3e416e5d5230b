import type { GiveWay, PlannedMeeting } from '../../../server/protocol/meetings.ts';
import { useRead } from '../../lib/api.ts';
import type { Read } from '../../lib/api.ts';
import { toRfc3339 } from '../../lib/format.ts';
import { plannerCalls } from '../../lib/plannerCalls.ts';
import { serverNow } from '../../lib/serverClock.ts';

/** Milliseconds between readings of what waits. */
const FRESH = 30_000;

/** What waits for the caller: meetings to approve, and requests to make way with those that he made himself. */
export interface Waiting {
  toApprove: readonly PlannedMeeting[];
  giveWays: readonly GiveWay[];
  /** how many of them need an answer of the caller */
  count: number;
  reads: readonly Pick<Read<unknown>, 'problem' | 'data'>[];
  reload: () => void;
}

/** Reads what waits, again every half minute. @param isAsked false for who approves and answers nothing */
export function useWaiting(isAsked: boolean): Waiting {
  const from = (): string => toRfc3339(serverNow());
  const submitted = useRead((s) => plannerCalls.submitted(from(), s), isAsked ? 'submitted' : null, FRESH);
  const requests = useRead((s) => plannerCalls.giveWays(s), isAsked ? 'giveWays' : null, FRESH);
  const toApprove = (submitted.data ?? []).filter((meeting) => meeting.may.approve);
  const giveWays = requests.data ?? [];
  return {
    toApprove,
    giveWays,
    count: toApprove.length + giveWays.filter((one) => one.may.answer).length,
    reads: [submitted, requests],
    reload: () => {
      submitted.reload();
      requests.reload();
    },
  };
}
