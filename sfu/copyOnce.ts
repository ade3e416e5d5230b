import type { types } from 'mediasoup';

/**
 * Lets every producer of a router, piped ones too, hand out one copy of its consumable parameters: mediasoup copies them
 * deeply three times for every consumer that it makes, and only reads the copies. The one copy is frozen, so that a
 * version of mediasoup which writes into it fails at once.
 */
export function copyOnce(router: types.Router): types.Router {
  router.observer.on('newtransport', (transport) =>
    transport.observer.on('newproducer', (producer) => {
      const value = frozen(producer.consumableRtpParameters);
      Object.defineProperty(producer, 'consumableRtpParameters', { value });
    }),
  );
  return router;
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}
