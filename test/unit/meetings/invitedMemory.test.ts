import { expect } from 'chai';
import { InvitedMemory } from '../../../server/meetings/invitedMemory.ts';

const ENDPOINTS = Array.from({ length: 99 }, (_, i) => `endpoint-${i}`);

describe('the memory of who is invited', () => {
  it('is bounded by the endpoints of all meetings together, and forgets the longest unread first', () => {
    const memory = new InvitedMemory(1_000);
    for (let i = 0; i < 10; i += 1) memory.set(`meeting-${i}`, ENDPOINTS);
    expect(memory.size).to.equal(1_000);
    expect(memory.get('meeting-0')).to.deep.equal(ENDPOINTS);
    memory.set('small', ['endpoint-1']);
    expect(memory.size).to.equal(902);
    expect(memory.get('meeting-1')).to.equal(undefined);
    expect(memory.get('meeting-0')).to.deep.equal(ENDPOINTS);
    expect(memory.get('small')).to.deep.equal(['endpoint-1']);
  });

  it('counts a meeting once that is written again, and keeps none that is larger than all of it', () => {
    const memory = new InvitedMemory(150);
    memory.set('meeting', ENDPOINTS);
    memory.set('meeting', ['endpoint-1', 'endpoint-2']);
    expect(memory.size).to.equal(3);
    memory.set('huge', [...ENDPOINTS, ...ENDPOINTS]);
    expect(memory.get('huge')).to.equal(undefined);
    expect(memory.size).to.equal(0);
  });
});
