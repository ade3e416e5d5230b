import type { TransportOffer } from '../../server/protocol/media.ts';

/** An address on which the SFU takes media over UDP. */
export interface MediaAddress {
  address: string;
  port: number;
}

/**
 * The SFU's side of a transport as SDP. One media section stands for everything that goes through the transport:
 * with a single section the library hands over every packet whatever its stream, so that a new stream needs no new
 * description.
 * @param direction of the client: `send` is answered, `recv` is offered
 * @param payloadType of the video codec
 */
export function pathSdp(transport: TransportOffer, direction: 'send' | 'recv', payloadType: number): string {
  const { usernameFragment, password } = transport.iceParameters as { usernameFragment: string; password: string };
  const prints = transport.dtlsParameters.fingerprints as { algorithm: string; value: string }[];
  const print = prints.find((p) => p.algorithm === 'sha-256') ?? prints[0];
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=ice-lite',
    'a=group:BUNDLE 0',
    `m=video 9 UDP/TLS/RTP/SAVPF ${payloadType}`,
    'c=IN IP4 0.0.0.0',
    'a=mid:0',
    direction === 'recv' ? 'a=sendonly' : 'a=recvonly',
    'a=rtcp-mux',
    `a=ice-ufrag:${usernameFragment}`,
    `a=ice-pwd:${password}`,
    `a=fingerprint:${print?.algorithm} ${print?.value}`,
    direction === 'recv' ? 'a=setup:actpass' : 'a=setup:passive',
    `a=rtpmap:${payloadType} VP8/90000`,
    '',
  ].join('\r\n');
}

/** UDP addresses of a transport, most wanted first. */
export function udpAddresses(transport: TransportOffer): MediaAddress[] {
  return transport.iceCandidates
    .filter((c) => c.protocol === 'udp')
    .sort((a, b) => Number(b.priority) - Number(a.priority))
    .map((c) => ({ address: String(c.address ?? c.ip), port: Number(c.port) }));
}

/** The candidate line of an address; earlier ones are preferred. */
export function candidateLine({ address, port }: MediaAddress, place = 0): string {
  return `candidate:udp${place} 1 udp ${2_000_000_000 - place} ${address} ${port} typ host`;
}
