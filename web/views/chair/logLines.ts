import type { SessionEvent, SessionFact } from '../../../server/protocol/events.ts';

/** One line of the log: an event, or what one command did to many endpoints. */
export interface LogLine {
  /** place of its first event */
  seq: number;
  at: number;
  /** of the first event */
  fact: SessionFact;
  /** whom it was done to when there were several, in their order */
  many: string[];
}

/** Facts that one command makes for many endpoints at once, and those that come in a flood when a session starts. */
const TOGETHER: readonly SessionFact['type'][] = ['rollMarked', 'endpointLeft'];
const ARRIVALS: readonly SessionFact['type'][] = ['endpointCalled', 'endpointJoined'];

/** Milliseconds in which arrivals are one flood. */
const FLOOD_MS = 10_000;

/**
 * @returns the lines of the log in the order of the events: equal facts of one moment stand in one line, and so do those
 *   who came within ten seconds while nothing else happened
 */
export function logLines(events: readonly SessionEvent[]): LogLine[] {
  const lines: LogLine[] = [];
  let open = new Map<string, LogLine>();
  for (const { seq, at, fact } of events) {
    const kind = kindOf(fact);
    const who = 'endpointId' in fact ? [fact.endpointId] : [];
    const isArrival = ARRIVALS.includes(fact.type);
    const line = open.get(kind);
    if (line && at - line.at <= (isArrival ? FLOOD_MS : 0)) {
      line.many.push(...who);
      continue;
    }
    const fresh = { seq, at, fact, many: who };
    lines.push(fresh);
    // called and come in turns: either line stays open while the other grows
    if (!isArrival || [...open.values()].some((one) => !ARRIVALS.includes(one.fact.type))) open = new Map();
    if (isArrival || TOGETHER.includes(fact.type)) open.set(kind, fresh);
  }
  return lines;
}

/** What the facts of one line have in common. */
function kindOf(fact: SessionFact): string {
  if (fact.type === 'rollMarked') return JSON.stringify([fact.type, fact.state, fact.reason, fact.byChair]);
  return JSON.stringify([fact.type, 'reason' in fact ? fact.reason : null]);
}
