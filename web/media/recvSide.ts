import type { types } from 'mediasoup-client';
import type { ConsumerOffer, MediaOffer } from '../../server/protocol/media.ts';
import type { Source } from '../../server/protocol/snapshot.ts';
import type { MediaLink } from './transport.ts';

/** One source of another endpoint, as it plays here. */
export interface RemoteMedia {
  consumerId: string;
  endpointId: string;
  source: Source;
  kind: 'audio' | 'video';
  track: MediaStreamTrack;
  /** false: the server holds it back for later */
  flowing: boolean;
  /** its path is lost and the last picture stays until the new one comes */
  held: boolean;
}

/**
 * Builds what the server offers, all of one message at once, and says `media.ready` once per message.
 * Offers are taken one after the other, so that a removal never overtakes its addition.
 */
export class RecvSide {
  readonly #transport: types.Transport;
  readonly #link: MediaLink;
  readonly #changed: () => void;
  readonly #consumers = new Map<string, { consumer: types.Consumer; media: RemoteMedia }>();
  readonly #flowing = new Map<string, boolean>();
  #turn: Promise<void> = Promise.resolve();

  /** @param changed called after every change of `list` */
  constructor(transport: types.Transport, link: MediaLink, changed: () => void) {
    this.#transport = transport;
    this.#link = link;
    this.#changed = changed;
  }

  /** @returns what is built now */
  list(): RemoteMedia[] {
    return [...this.#consumers.values()].map((entry) => entry.media);
  }

  /** Takes an offer in its turn. @returns when it is built and flowing was asked for */
  take(offer: MediaOffer): Promise<void> {
    this.#turn = this.#turn.then(() => this.#take(offer)).catch(() => undefined);
    return this.#turn;
  }

  /** Which consumers the server lets flow now. */
  flow(flowing: Record<string, boolean>): void {
    for (const [consumerId, on] of Object.entries(flowing)) {
      this.#flowing.set(consumerId, on);
      const entry = this.#consumers.get(consumerId);
      if (entry) entry.media = { ...entry.media, flowing: on };
    }
    this.#changed();
  }

  async #take(offer: MediaOffer): Promise<void> {
    for (const consumerId of offer.remove) this.#remove(consumerId);
    const fresh = offer.add.filter((one) => !this.#consumers.has(one.consumerId));
    await Promise.all(fresh.map((one) => this.#build(one)));
    this.#changed();
    const consumerIds = offer.add.map((one) => one.consumerId).filter((id) => this.#consumers.has(id));
    if (consumerIds.length === 0 || this.#transport.closed) return;
    await this.#link.command('media.ready', { sessionId: this.#link.sessionId, consumerIds });
  }

  async #build(offer: ConsumerOffer): Promise<void> {
    const { consumerId, producerId, kind, endpointId, source } = offer;
    const rtpParameters = offer.rtpParameters as unknown as types.RtpParameters;
    // pictures and sound of one endpoint share a stream, so that the browser keeps lips and voice together
    const streamId = source === 'presentation' ? `${endpointId}-presentation` : endpointId;
    try {
      const consumer = await this.#transport.consume({ id: consumerId, producerId, kind, rtpParameters, streamId });
      const flowing = this.#flowing.get(consumerId) ?? false;
      const media = { consumerId, endpointId, source, kind, track: consumer.track, flowing, held: false };
      this.#consumers.set(consumerId, { consumer, media });
    } catch {
      // one source that this browser cannot build must not keep the others dark
    }
  }

  #remove(consumerId: string): void {
    this.#consumers.get(consumerId)?.consumer.close();
    this.#consumers.delete(consumerId);
    this.#flowing.delete(consumerId);
  }
}
