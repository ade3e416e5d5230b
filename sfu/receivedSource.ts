import type { types } from 'mediasoup';
import type { ConsumerOffer, Layer } from '../server/protocol/media.ts';
import type { ConsumerState, ConsumerWish, SourceRef } from '../server/protocol/sfu.ts';

/**
 * mediasoup moves up to a layer only once a sender report has told how the layer's clock runs: of a picture that comes over
 * a pipe up to a second after it began, since pipes report once a second; for a browser whose line is measured only
 * when the layer has flowed for two seconds. It looks again only when something changes, and a speaker who comes from a
 * small tile to the stage would stay blurred. These are the waits between looking, milliseconds.
 */
const SHARPEN_AFTER_MS = [30, 80, 190, 250, 250, 250, 350, 450, 900];

/** One source that a peer receives: the consumer, what was offered to the client, and the wanted state. */
export class ReceivedSource {
  readonly offer: ConsumerOffer;
  readonly consumer: types.Consumer;
  private readonly ref: SourceRef;
  /** only several encodings have layers to choose from */
  private readonly layered: boolean;
  private layer: Layer;
  private paused = true;
  private sharpening: NodeJS.Timeout | null = null;

  /** @param wish the layer with which the consumer was created; the pause of the wish is not applied yet */
  constructor(consumer: types.Consumer, wish: ConsumerWish) {
    this.ref = { endpointId: wish.endpointId, source: wish.source };
    this.consumer = consumer;
    this.layered = consumer.type === 'simulcast' || consumer.type === 'svc';
    this.layer = wish.layer;
    this.offer = {
      consumerId: consumer.id,
      producerId: consumer.producerId,
      ...this.ref,
      kind: consumer.kind,
      // read once: each read of mediasoup's getter is a deep copy
      rtpParameters: { ...consumer.rtpParameters },
    };
  }

  /** What `describe` tells. */
  get state(): ConsumerState {
    return { consumerId: this.consumer.id, ...this.ref, layer: this.layer, paused: this.paused };
  }

  /**
   * Applies a wish. Layers go first, so that a resumed picture asks its sender for one key frame, of the right layer:
   * `resume` asks by itself, a second request would only cost the sender's line.
   */
  async apply(wish: Pick<ConsumerWish, 'layer' | 'paused'>): Promise<void> {
    const changes: Promise<void>[] = [];
    if (wish.layer !== this.layer) {
      const raised = wish.layer > this.layer;
      this.layer = wish.layer;
      if (raised && this.layered) this.sharpenLater(0);
      if (this.layered) changes.push(this.consumer.setPreferredLayers({ spatialLayer: wish.layer }));
    }
    if (wish.paused !== this.paused) {
      this.paused = wish.paused;
      changes.push(wish.paused ? this.consumer.pause() : this.consumer.resume());
    }
    try {
      await Promise.all(changes);
    } catch (error) {
      if (!this.consumer.closed) throw error;
    }
  }

  /** Asks for the wanted layer again until it comes, a few times. */
  private sharpenLater(turn: number): void {
    if (this.sharpening) clearTimeout(this.sharpening);
    const wait = SHARPEN_AFTER_MS[turn];
    if (wait === undefined) return;
    this.sharpening = setTimeout(() => {
      this.sharpening = null;
      const { consumer, layer } = this;
      const now = consumer.currentLayers?.spatialLayer ?? -1;
      if (consumer.closed || this.paused || now >= layer) return;
      // a wish that is the last one again would be passed over: the layer that flows is wished in between
      const wishes = [Math.max(0, now), layer].map((spatialLayer) => consumer.setPreferredLayers({ spatialLayer }));
      Promise.all(wishes).then(
        () => this.sharpenLater(turn + 1),
        // whatever fails here is a consumer that was closed meanwhile
        () => undefined,
      );
    }, wait).unref();
  }
}
