import type { ConsumerOffer, TransportOffer } from '../../server/protocol/media.ts';

/** Codec of an RTP description, as far as SDP needs it. */
export interface SdpCodec {
  mimeType: string;
  payloadType: number;
  clockRate: number;
  channels?: number;
}

/** One media section. `ssrc` is the SFU's, for what it sends. */
export interface SdpSection {
  mid: string;
  kind: 'audio' | 'video';
  codec: SdpCodec;
  ssrc?: number;
}

function section(transport: TransportOffer, s: SdpSection, setup: string, direction: string): string[] {
  const { usernameFragment, password } = transport.iceParameters as { usernameFragment: string; password: string };
  const prints = transport.dtlsParameters.fingerprints as { algorithm: string; value: string }[];
  const print = prints.find((p) => p.algorithm === 'sha-256') ?? prints[0];
  const { payloadType, mimeType, clockRate, channels } = s.codec;
  const rate = `${mimeType.split('/')[1]}/${clockRate}${channels && channels > 1 ? `/${channels}` : ''}`;
  return [
    `m=${s.kind} 9 UDP/TLS/RTP/SAVPF ${payloadType}`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${s.mid}`,
    `a=${direction}`,
    'a=rtcp-mux',
    `a=ice-ufrag:${usernameFragment}`,
    `a=ice-pwd:${password}`,
    `a=fingerprint:${print?.algorithm} ${print?.value}`,
    `a=setup:${setup}`,
    `a=rtpmap:${payloadType} ${rate}`,
    ...(s.kind === 'video' ? [`a=rtcp-fb:${payloadType} nack pli`] : []),
    ...(s.ssrc ? [`a=ssrc:${s.ssrc} cname:sfu`] : []),
  ];
}

/** The SFU's side of a transport as SDP: it offers what it sends, or answers what it receives. */
export function sfuSdp(transport: TransportOffer, role: 'offer' | 'answer', sections: SdpSection[]): string {
  const [setup, direction] = role === 'offer' ? ['actpass', 'sendonly'] : ['passive', 'recvonly'];
  return [
    'v=0',
    `o=- 1 ${sections.length} IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    'a=ice-lite',
    `a=group:BUNDLE ${sections.map((s) => s.mid).join(' ')}`,
    ...sections.flatMap((s) => section(transport, s, setup, direction)),
    '',
  ].join('\r\n');
}

/** UDP candidates of a transport in SDP's words, most wanted first. */
export function udpCandidates(transport: TransportOffer): string[] {
  return transport.iceCandidates
    .filter((c) => c.protocol === 'udp')
    .map((c) => `candidate:${c.foundation} 1 udp ${c.priority} ${c.address ?? c.ip} ${c.port} typ host`);
}

/** The section in which an offered consumer arrives. */
export function sectionOf(offer: ConsumerOffer, mid: string): SdpSection {
  const { codecs, encodings } = offer.rtpParameters as { codecs: SdpCodec[]; encodings: { ssrc: number }[] };
  const [codec] = codecs;
  if (!codec) throw new Error('a consumer without a codec');
  return { mid, kind: offer.kind, codec, ssrc: encodings[0]?.ssrc };
}
