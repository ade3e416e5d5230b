/** Version of the socket protocol; the handshake refuses another one. Without zod, which no browser needs. */
export const PROTOCOL_VERSION = 1;
