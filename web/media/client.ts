/** Fetches the library that media peers are built with ahead of need: it is a file of its own. */
export async function fetchMediaClient(): Promise<void> {
  await import('mediasoup-client');
}
