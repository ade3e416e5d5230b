import { expect } from 'chai';
import type { Endpoint, Meeting } from '../../../server/protocol/rest.ts';
import { bodyNow, bodyOf, draftOf, faultsOf, likelyChair, newDraft } from '../../../web/views/calendar/draft.ts';

const NOW = Date.parse('2026-11-24T08:02:00+07:00');
const line = { downKbps: 4000, upKbps: 4000 };
const place = (id: string, unitId: string): Endpoint => ({
  id,
  unitId,
  code: id,
  name: id,
  shortName: id,
  level: 'province',
  area: 'Tỉnh',
  order: 1,
  online: true,
  line,
});
const places = [place('tinh-uy', 'u1'), place('ubnd', 'u2')];
const planner = { unitId: 'u2', chairUserId: 'me' };
const filled = () => ({ ...newDraft(NOW, places, planner), title: ' Giao ban ' });

describe('the form of a meeting', () => {
  it('begins at the next half hour, chaired from the own unit', () => {
    const draft = newDraft(NOW, places, planner);
    expect(draft).to.include({ day: '2026-11-24', from: '08:30', to: '09:30', chairEndpointId: 'ubnd' });
    expect(likelyChair(places, 'elsewhere')).to.equal('tinh-uy');
    expect(likelyChair([], 'u1')).to.equal('');
  });

  it('has no faults once the title is there', () => {
    expect(faultsOf(newDraft(NOW, places, planner), NOW)).to.deep.equal({ title: 'needName' });
    expect(faultsOf(filled(), NOW)).to.deep.equal({});
  });

  it('names every field that is wrong', () => {
    expect(faultsOf({ ...filled(), day: '' }, NOW)).to.deep.equal({ day: 'needDate' });
    expect(faultsOf({ ...filled(), from: '25:00' }, NOW)).to.deep.equal({ from: 'needTime' });
    expect(faultsOf({ ...filled(), to: '08:30' }, NOW)).to.deep.equal({ to: 'endFirst' });
    expect(faultsOf({ ...filled(), from: '07:00' }, NOW)).to.deep.equal({ from: 'past_start' });
    expect(faultsOf({ ...filled(), endpointIds: new Set<string>() }, NOW)).to.deep.equal({
      endpoints: 'needEndpoints',
    });
  });

  it('sends the times of the zone, a trimmed title, and the chair among those invited', () => {
    const body = bodyOf({ ...filled(), from: '8h30', endpointIds: new Set(['tinh-uy']) });
    expect(body).to.include({
      title: 'Giao ban',
      startsAt: '2026-11-24T08:30:00+07:00',
      endsAt: '2026-11-24T09:30:00+07:00',
      chairUserId: 'me',
    });
    expect(body.endpointIds).to.have.members(['ubnd', 'tinh-uy']);
  });

  it('keeps a start that has passed when a meeting is only changed elsewhere', () => {
    const meeting: Meeting = {
      id: 'm',
      title: 'Giao ban',
      kind: 'briefing',
      status: 'scheduled',
      startsAt: '2026-11-24T00:30:00Z',
      endsAt: '2026-11-24T02:30:00Z',
      endpointIds: ['ubnd'],
      chairEndpointId: 'ubnd',
      chairUserId: null,
      floorMode: 'broadcast',
      note: '',
      cancelReason: null,
      sessionId: null,
      version: 1,
      may: { start: true, change: true },
    };
    expect(faultsOf(draftOf(meeting), NOW, meeting)).to.deep.equal({});
    expect(faultsOf({ ...draftOf(meeting), from: '07:45' }, NOW, meeting)).to.deep.equal({ from: 'past_start' });
  });

  it('begins a briefing at this moment for the chosen length', () => {
    const body = bodyNow(
      { title: 'Giao ban', minutes: 60, chairEndpointId: 'ubnd', chairUserId: 'me', endpointIds: new Set(['ubnd']) },
      NOW,
    );
    expect(body).to.include({ startsAt: '2026-11-24T08:02:00+07:00', endsAt: '2026-11-24T09:02:00+07:00' });
    expect(body.endpointIds).to.deep.equal(['ubnd']);
  });
});
