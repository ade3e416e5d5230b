import { expect } from 'chai';
import type { BookedMeeting } from '../../../server/meetings/meeting.store.ts';
import type { Circumstances } from '../../../server/meetings/meetingView.ts';
import { viewOf } from '../../../server/meetings/meetingView.ts';
import { ViewMemory } from '../../../server/meetings/viewMemory.ts';

const AT = Date.UTC(2026, 10, 23, 1);
const ENDPOINTS = Array.from({ length: 80 }, (_, i) => `endpoint-${i}`);

/** A meeting as it is read: each time other objects. */
function meetingOf(changes: Partial<BookedMeeting> = {}): BookedMeeting {
  return {
    id: 'meeting',
    title: 'Giao ban trực tuyến',
    titleFold: 'giao ban truc tuyen',
    kind: 'briefing',
    status: 'scheduled',
    startsAt: new Date(AT),
    endsAt: new Date(AT + 3_600_000),
    chairEndpointId: 'endpoint-0',
    chairUserId: 'chair',
    hostUnitId: 'unit',
    floorMode: 'broadcast',
    note: '',
    cancelReason: null,
    createdBy: 'maker',
    version: 1,
    createdAt: new Date(AT),
    updatedAt: new Date(AT),
    classification: 'open',
    deputyUserId: null,
    secretaryUserId: null,
    agenda: null,
    isPublic: false,
    autoOpen: false,
    seriesId: null,
    originalAt: null,
    detached: false,
    invitedAt: null,
    plannedAt: null,
    answeredAt: null,
    endpointIds: [...ENDPOINTS],
    ...changes,
  };
}

const MAY = { start: false, change: false, submit: false, approve: false, postpone: false };
const seen = (changes: Partial<Circumstances> = {}): Circumstances => ({
  sessionId: null,
  step: 'scheduled',
  may: MAY,
  ...changes,
});

/** Another value for each field. */
const OTHERS: { [F in keyof BookedMeeting]: BookedMeeting[F] } = {
  id: 'another',
  title: 'Họp khẩn',
  titleFold: 'hop khan',
  kind: 'conference',
  status: 'running',
  startsAt: new Date(AT + 1),
  endsAt: new Date(AT + 3_600_001),
  chairEndpointId: 'endpoint-1',
  chairUserId: null,
  hostUnitId: 'another',
  floorMode: 'lecture',
  note: 'Mang theo báo cáo',
  cancelReason: 'Hoãn',
  createdBy: 'another',
  plannedAt: new Date(AT + 2),
  version: 2,
  createdAt: new Date(AT + 1),
  updatedAt: new Date(AT + 1),
  classification: 'secret',
  deputyUserId: 'another',
  secretaryUserId: 'another',
  agenda: '[{"title":"Báo cáo","minutes":10,"endpointId":null,"speaker":""}]',
  isPublic: true,
  autoOpen: true,
  seriesId: 'series',
  originalAt: new Date(AT),
  detached: true,
  invitedAt: new Date(AT),
  answeredAt: new Date(AT),
  endpointIds: ENDPOINTS.toReversed(),
};

describe('the memory of views', () => {
  it('shows again what is the same in every field, and nothing else', () => {
    const memory = new ViewMemory(100_000);
    const first = memory.view(meetingOf(), seen());
    expect(memory.view(meetingOf(), seen())).to.equal(first);
    for (const [field, value] of Object.entries(OTHERS)) {
      const changed = meetingOf({ [field]: value });
      const view = memory.view(changed, seen());
      expect(view, field).not.to.equal(first);
      expect(view, field).to.deep.equal(viewOf(changed, seen()));
      expect(memory.view(meetingOf(), seen()), `${field}, and back`).to.deep.equal(first);
    }
    for (const endpointIds of [ENDPOINTS.slice(1), [...ENDPOINTS, 'endpoint-80'], []])
      expect(memory.view(meetingOf({ endpointIds }), seen()).endpointIds).to.deep.equal(endpointIds);
  });

  it('shows nobody what another one may, nor what stood there at another step', () => {
    const memory = new ViewMemory(100_000);
    const circumstances = [
      seen(),
      seen({ sessionId: 'session' }),
      seen({ step: 'opened' }),
      ...Object.keys(MAY).map((right) => seen({ may: { ...MAY, [right]: true } })),
    ];
    for (let round = 0; round < 2; round += 1) {
      const views = circumstances.map((one) => memory.view(meetingOf(), one));
      expect(new Set(views).size).to.equal(circumstances.length);
      for (const [i, { sessionId, step, may }] of circumstances.entries())
        expect(views[i]).to.deep.include({ sessionId, step, may });
    }
  });

  it('is not led astray by who changes a meeting after it was shown', () => {
    const memory = new ViewMemory(100_000);
    const meeting = meetingOf();
    const before = memory.view(meeting, seen());
    meeting.title = 'Họp khẩn';
    meeting.endpointIds.pop();
    expect(before).to.deep.include({ title: 'Giao ban trực tuyến', endpointIds: ENDPOINTS });
    expect(memory.view(meeting, seen())).to.deep.include({ title: 'Họp khẩn', endpointIds: ENDPOINTS.slice(0, -1) });
  });

  it('is bounded, and forgets first what was not shown for long', () => {
    const memory = new ViewMemory(1_000);
    const often = memory.view(meetingOf({ id: 'often' }), seen());
    const once = memory.view(meetingOf({ id: 'once' }), seen());
    for (let i = 0; i < 40; i += 1) {
      memory.view(meetingOf({ id: `meeting-${i}` }), seen());
      expect(memory.view(meetingOf({ id: 'often' }), seen())).to.equal(often);
    }
    const again = memory.view(meetingOf({ id: 'once' }), seen());
    expect(again).not.to.equal(once);
    expect(again).to.deep.equal(once);
  });
});
