import { lasting } from '../http/route.ts';
import type { PlannedMeeting } from '../protocol/meetings.ts';
import type { BookedMeeting } from './meeting.store.ts';
import { viewOf } from './meetingView.ts';
import type { Circumstances } from './meetingView.ts';

/** What a view weighs beside its endpoints, in endpoints. */
const BASE = 20;

interface Shown {
  /** what was shown */
  meeting: BookedMeeting;
  view: PlannedMeeting;
}

/**
 * Views of meetings that were shown of late, so that what is shown again is not made, checked and written down again. Who
 * may see what is not remembered: it is asked first, each time, and a view is shown again only where every field of the
 * meeting and all circumstances are the same as before.
 */
export class ViewMemory {
  readonly #most: number;
  /** shown since the last turn, and in the turn before; what is in neither is forgotten */
  #young = new Map<string, Shown>();
  #old = new Map<string, Shown>();
  #weight = 0;

  /** @param most endpoints over all views, about 100 bytes each; a view itself counts as twenty */
  constructor(most: number) {
    this.#most = most;
  }

  /** @returns the meeting as it is seen; it cannot be changed */
  view(meeting: BookedMeeting, circumstances: Circumstances): PlannedMeeting {
    const { sessionId, step, may } = circumstances;
    const key = `${meeting.id} ${step} ${sessionId} ${may.start} ${may.change} ${may.submit} ${may.approve} ${may.postpone}`;
    const young = this.#young.get(key);
    if (young && isSame(young.meeting, meeting)) return young.view;
    const before = this.#old.get(key);
    const shown = before && isSame(before.meeting, meeting) ? before : remembered(meeting, circumstances);
    this.#keep(key, shown, young);
    return shown.view;
  }

  #keep(key: string, shown: Shown, instead: Shown | undefined): void {
    this.#weight += weightOf(shown) - (instead ? weightOf(instead) : 0);
    this.#young.set(key, shown);
    if (this.#weight <= this.#most / 2) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#weight = 0;
  }
}

const weightOf = ({ view }: Shown): number => view.endpointIds.length + BASE;

function remembered(meeting: BookedMeeting, circumstances: Circumstances): Shown {
  const view = lasting(viewOf(meeting, circumstances));
  // a copy: what the caller does with the meeting must not count as shown
  return { meeting: { ...meeting, endpointIds: view.endpointIds }, view };
}

function isSame(shown: BookedMeeting, meeting: BookedMeeting): boolean {
  for (const field in meeting) {
    const [before, now]: unknown[] = [shown[field as keyof BookedMeeting], meeting[field as keyof BookedMeeting]];
    if (before === now) continue;
    if (before instanceof Date && now instanceof Date && before.getTime() === now.getTime()) continue;
    if (Array.isArray(before) && Array.isArray(now) && isSameList(before, now)) continue;
    return false;
  }
  return true;
}

function isSameList(before: readonly unknown[], now: readonly unknown[]): boolean {
  if (before.length !== now.length) return false;
  for (let i = 0; i < now.length; i += 1) if (before[i] !== now[i]) return false;
  return true;
}
