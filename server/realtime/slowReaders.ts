import type { Log } from '../log.ts';
import type { Connection } from './connection.ts';

/** What one connection may leave unread before it is cut, bytes. */
const MAX_UNREAD = 1_000_000;
const LOOK_EVERY_MS = 500;

/** The inside of a connection of engine.io, which has no public word for what waits to be sent. */
interface Waiting {
  writeBuffer?: { data?: unknown }[];
  transport?: { socket?: { bufferedAmount?: number; terminate?(): void } };
}

/** @returns bytes that wait for this client to read, in the queue and below it; text counts its characters */
export function unreadBytes(conn: Waiting): number {
  let bytes = conn.transport?.socket?.bufferedAmount ?? 0;
  for (const { data } of conn.writeBuffer ?? []) {
    if (typeof data === 'string') bytes += data.length;
    else if (data instanceof Uint8Array) bytes += data.byteLength;
  }
  return bytes;
}

/**
 * Cuts connections that ask and do not read: heartbeats alone do not find them, since a client may answer without
 * reading.
 * @returns stops to watch
 */
export function watchSlowReaders(connections: ReadonlyMap<string, Connection>, log: Log): () => void {
  const timer = setInterval(() => {
    for (const { id, socket } of connections.values()) {
      const conn = socket.conn as unknown as Waiting;
      const bytes = unreadBytes(conn);
      if (bytes <= MAX_UNREAD) continue;
      log.warn({ connection: id, bytes }, 'a connection that does not read is cut');
      // a farewell would wait behind all the rest
      if (conn.transport?.socket?.terminate) conn.transport.socket.terminate();
      else socket.conn.close(true);
    }
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}
