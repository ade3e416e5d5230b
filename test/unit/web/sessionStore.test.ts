import { expect } from 'chai';
import type { SessionEvent } from '../../../server/protocol/events.ts';
import type { Joined } from '../../../server/protocol/push.ts';
import type { SessionSnapshot } from '../../../server/protocol/snapshot.ts';
import type { ConnectionState } from '../../../web/lib/socket.ts';
import { Store } from '../../../web/lib/store.ts';
import { SessionStore } from '../../../web/state/sessionStore.ts';
import type { SessionLine } from '../../../web/state/sessionStore.ts';
import { aSession } from '../../support/aSession.ts';

const UP: ConnectionState = { status: 'connected', attempt: 0, since: 0, welcome: null, problem: null, rtt: null };

/** A server's end of the line: answers `session.join` and `session.sync` from a driven session, keeps what was asked. */
class ServerEnd {
  readonly asked: { name: string; input: Record<string, unknown> }[] = [];
  readonly state = new Store<ConnectionState>(UP);
  readonly session = aSession({ endpoints: ['Tỉnh', 'Na Hang'] });
  readonly #listeners = new Map<string, (message: unknown) => void>();
  #entry: (() => Promise<void>) | null = null;

  /** the store's view of this end */
  get line(): SessionLine {
    return {
      state: this.state,
      on: (name, listener) => {
        this.#listeners.set(name, listener as (message: unknown) => void);
        return () => this.#listeners.delete(name);
      },
      onEnter: (entry) => {
        this.#entry = entry;
        return () => undefined;
      },
      command: async (name: string, input: object) => this.#answer(name, input as Record<string, unknown>) as never,
    };
  }

  push(events: SessionEvent[]): void {
    this.#listeners.get('session.events')?.({ sessionId: 'session', events });
  }

  async reconnect(): Promise<void> {
    this.state.set({ ...UP, status: 'lost' });
    this.state.set(UP);
    await this.#entry?.();
  }

  /** @returns the events that a command caused */
  raiseHand(): SessionEvent[] {
    const { seq } = this.session.s;
    this.session.does('Na Hang', 'floor.request', {});
    return this.session.events.slice(seq);
  }

  #answer(name: string, input: Record<string, unknown>): unknown {
    this.asked.push({ name, input });
    const known = (name === 'session.join' ? input.lastSeq : input.afterSeq) as number | undefined;
    const snapshot: SessionSnapshot | null = known === undefined ? this.session.s : null;
    const events = known === undefined ? null : this.session.events.slice(known);
    if (name === 'session.sync') return { snapshot, events };
    const joined: Joined = { snapshot, events, endpointId: 'Na Hang', mediaKept: true, serverTime: 0, media: [] };
    return joined;
  }
}

async function joined(): Promise<{ end: ServerEnd; store: SessionStore }> {
  const end = new ServerEnd();
  const store = new SessionStore(end.line, 'session');
  await store.join({ as: 'speak' });
  return { end, store };
}

describe('a session in the browser', () => {
  it('begins with the snapshot and folds what is pushed as the server does', async () => {
    const { end, store } = await joined();
    end.push(end.raiseHand());
    expect(store.view.get().snapshot).to.deep.equal(end.session.s);
    expect(store.view.get().status).to.equal('in');
  });

  it('asks for what a gap left out, and ignores what it knows', async () => {
    const { end, store } = await joined();
    const lost = end.raiseHand();
    end.session.does('Na Hang', 'floor.withdraw', {});
    end.push(end.session.events.slice(-1));
    await new Promise((resolve) => setTimeout(resolve));
    expect(end.asked.at(-1)).to.deep.include({ name: 'session.sync' });
    expect(store.view.get().snapshot).to.deep.equal(end.session.s);
    end.push(lost);
    expect(store.view.get().snapshot).to.deep.equal(end.session.s);
  });

  it('asks for the whole session when it is told what it does not know, as by a server that is newer', async () => {
    const { end, store } = await joined();
    const [known] = end.raiseHand();
    end.push([{ ...known!, fact: { type: 'ofTomorrow' } as never }]);
    await new Promise(setImmediate);
    expect(end.asked.at(-1)).to.deep.equal({ name: 'session.sync', input: { sessionId: 'session' } });
    expect(store.view.get().snapshot).to.deep.equal(end.session.s);
    end.push(end.raiseHand());
    expect(store.view.get().snapshot).to.deep.equal(end.session.s);
  });

  it('joins again by itself after a reconnection, from where it was, with the media that it holds', async () => {
    const { end, store } = await joined();
    store.mediaEpoch = 'epoch-1';
    const { seq } = end.session.s;
    end.raiseHand();
    await end.reconnect();
    expect(end.asked.at(-1)?.input).to.deep.include({ lastSeq: seq, mediaEpoch: 'epoch-1', takeOver: false });
    expect(store.view.get().snapshot).to.deep.equal(end.session.s);
    expect(store.view.get().status).to.equal('in');
  });

  it('shows that the line is lost and keeps the last state', async () => {
    const { end, store } = await joined();
    end.state.set({ ...UP, status: 'lost' });
    expect(store.view.get().status).to.equal('away');
    expect(store.view.get().snapshot).to.deep.equal(end.session.s);
  });

  it('does not come back after it left by hand', async () => {
    const { end, store } = await joined();
    await store.leave();
    const asked = end.asked.length;
    await end.reconnect();
    expect(end.asked).to.have.length(asked);
  });
});
