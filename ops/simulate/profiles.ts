import { heard, inSession, stageOf } from '../../server/protocol/derive.ts';
import type { FloorMode } from '../../server/protocol/snapshot.ts';
import type { SimulatedEndpoint } from './endpoint.ts';
import { wordsOf } from './errors.ts';
import type { Faults } from './errors.ts';
import type { MediaEnd } from './mediaEnd.ts';
import type { ProfileName } from './options.ts';
import { nowMs } from './rtp.ts';
import type { SessionView } from './sessionView.ts';
import type { FloorSwitches } from './switches.ts';

/** What a script plays with. */
interface Stagehand {
  chair: SimulatedEndpoint;
  /** all others */
  others: SimulatedEndpoint[];
  view: SessionView;
  switches: FloorSwitches;
  faults: Faults;
  /** layer of a picture that fills the screens */
  stageLayer: number;
  /** how long the script may play, milliseconds */
  playMs: number;
  /** ends the wait early when the run is broken off */
  signal: AbortSignal;
}

/** A script of behaviour: the mode of the meeting, how many small pictures rooms show, and what happens. */
export interface Profile {
  floorMode: FloorMode;
  /** small pictures of a room, and of the chair's console */
  tiles: number;
  chairTiles: number;
  play(hand: Stagehand): Promise<void>;
}

const FLOOR_EVERY_MS = 10_000;
/** how long somebody who got the floor keeps it */
const SPEECH_MS = 5_000;
const ROLL_EVERY_MS = 1_500;
const CHURN_EVERY_MS = 700;
/** open microphones of a discussion, three of which are forwarded */
const TALKERS = 12;

/** Waits, at most as long as the run goes on. */
async function rest(hand: Stagehand, ms: number): Promise<void> {
  if (hand.signal.aborted || ms <= 0) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      hand.signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    hand.signal.addEventListener('abort', done);
  });
}

/** A refused command is a fault of the run, not its end. */
async function attempt(hand: Stagehand, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!hand.signal.aborted) hand.faults.add(wordsOf(error));
  }
}

/**
 * Puts an endpoint on the stage and measures how long that takes for all who did not see or hear it before.
 * @param give the command of the chair
 */
async function onStage(hand: Stagehand, target: SimulatedEndpoint, give: () => Promise<unknown>): Promise<void> {
  const { view, switches, chair, others, stageLayer } = hand;
  const { snapshot } = view;
  if (!snapshot) return;
  const { endpointId } = target.seat;
  const before = stageOf(snapshot);
  const ends = [chair, ...others].filter(
    (e) => e !== target && e.media && inSession(snapshot.participants[e.seat.endpointId]),
  );
  const media = (list: SimulatedEndpoint[]): MediaEnd[] => list.flatMap((e) => (e.media ? [e.media] : []));
  const voiced = heard(snapshot).includes(endpointId);
  // who is on the stage sees the chair all the while
  const watchers = ends.filter((e) => e.seat.endpointId !== before || endpointId !== snapshot.chair.endpointId);
  switches.begin(endpointId, media(watchers), voiced ? [] : media(ends), stageLayer, nowMs());
  await give();
}

/** Endpoints to call, in turn, that take part now. */
function* inTurn(hand: Stagehand): Generator<SimulatedEndpoint> {
  for (let i = 0; hand.others.some((e) => e.joined); i += 1) {
    const next = hand.others[i % hand.others.length];
    if (next?.joined) yield next;
  }
}

async function openChair(hand: Stagehand): Promise<void> {
  await attempt(hand, () => hand.chair.command('mic.mute', { muted: false }));
}

/** The chair speaks; every ten seconds somebody gets the floor, and gives it back. */
async function briefing(hand: Stagehand): Promise<void> {
  await openChair(hand);
  const endsAt = nowMs() + hand.playMs;
  const turns = inTurn(hand);
  // the first one comes soon, so that a short rehearsal has a figure too
  await rest(hand, Math.min(2_000, hand.playMs / 4));
  while (!hand.signal.aborted && nowMs() < endsAt - 500) {
    const next = turns.next();
    if (next.done) return;
    const { endpointId } = next.value.seat;
    const left = () => endsAt - nowMs();
    await attempt(hand, () => onStage(hand, next.value, () => hand.chair.command('floor.give', { endpointId })));
    await rest(hand, Math.min(SPEECH_MS, left() / 2));
    await attempt(hand, () => onStage(hand, hand.chair, () => hand.chair.command('floor.release', { endpointId })));
    await rest(hand, Math.min(FLOOR_EVERY_MS - SPEECH_MS, left()));
  }
}

/** A dozen open microphones of changing loudness; the loudest three are heard, nine pictures are seen. */
async function discussion(hand: Stagehand): Promise<void> {
  await openChair(hand);
  const talkers = hand.others.slice(0, TALKERS);
  await Promise.all(talkers.map((e) => attempt(hand, () => e.command('mic.mute', { muted: false }))));
  const endsAt = nowMs() + hand.playMs;
  for (let round = 0; !hand.signal.aborted && nowMs() < endsAt; round += 1) {
    talkers.forEach((e, i) => {
      if (e.media) e.media.microphone.level = (i + talkers.length - round) % talkers.length < 3 ? 15 : 60;
    });
    await rest(hand, Math.min(SPEECH_MS, endsAt - nowMs()));
  }
}

/** Every endpoint is called and answers; whoever is called is on the stage. */
async function rollCall(hand: Stagehand): Promise<void> {
  await openChair(hand);
  await attempt(hand, () => hand.chair.command('rollCall.start', {}));
  const endsAt = nowMs() + hand.playMs;
  const pace = Math.max(300, Math.min(ROLL_EVERY_MS, (hand.playMs - 1_000) / Math.max(1, hand.others.length)));
  for (const target of hand.others) {
    if (hand.signal.aborted || nowMs() >= endsAt - pace) break;
    if (!target.joined) continue;
    const { endpointId } = target.seat;
    await attempt(hand, () => onStage(hand, target, () => hand.chair.command('rollCall.call', { endpointId })));
    await attempt(hand, () => target.command('rollCall.answer', { state: 'present_in_room' }));
    await rest(hand, pace);
  }
  await attempt(hand, () => hand.chair.command('rollCall.close', {}));
  await rest(hand, endsAt - nowMs());
}

/** Lines break and come back, endpoints leave and return, all the time; the chair speaks. */
async function churn(hand: Stagehand): Promise<void> {
  await openChair(hand);
  const endsAt = nowMs() + hand.playMs;
  const turns = inTurn(hand);
  const returning: Promise<void>[] = [];
  for (let i = 0; !hand.signal.aborted && nowMs() < endsAt - 3_000; i += 1) {
    const next = turns.next();
    if (next.done) break;
    if (i % 2 === 0) next.value.cut();
    else returning.push(attempt(hand, () => leaveAndReturn(hand, next.value)));
    await rest(hand, CHURN_EVERY_MS);
  }
  await Promise.all(returning);
  await rest(hand, endsAt - nowMs());
}

async function leaveAndReturn(hand: Stagehand, endpoint: SimulatedEndpoint): Promise<void> {
  const sessionId = hand.view.snapshot?.id ?? '';
  await endpoint.leave();
  await rest(hand, CHURN_EVERY_MS);
  await endpoint.join(sessionId);
}

/** All scripts by name. */
export const SCRIPTS: Record<ProfileName, Profile> = {
  briefing: { floorMode: 'broadcast', tiles: 0, chairTiles: 9, play: briefing },
  discussion: { floorMode: 'discussion', tiles: 9, chairTiles: 9, play: discussion },
  rollCall: { floorMode: 'broadcast', tiles: 0, chairTiles: 9, play: rollCall },
  churn: { floorMode: 'broadcast', tiles: 0, chairTiles: 9, play: churn },
};
