import type { types } from 'mediasoup';

/**
 * What every router speaks. VP8 stands before H.264: it is the one that all browsers send with simulcast; H.264 is
 * there for codecs and browsers that have nothing else. Opus carries in-band FEC against loss and DTX against paying
 * for silence.
 */
export const MEDIA_CODECS: types.RouterRtpCodecCapability[] = [
  {
    kind: 'audio',
    mimeType: 'audio/opus',
    clockRate: 48_000,
    channels: 2,
    parameters: { useinbandfec: 1, usedtx: 1 },
  },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90_000,
    parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
  },
];

/** mediasoup's name of what a source is. */
export const KIND_OF = { microphone: 'audio', camera: 'video', presentation: 'video' } as const;

/** Most encodings that one producer may have: three simulcast layers of a picture, one of sound. */
export const MOST_ENCODINGS = { audio: 1, video: 3 } as const;
