import { ApiProblem, asProblem } from './api.ts';
import type { ClientProblem } from './api.ts';

/** Sends a file as it is to a path below `/api/v1`. @param type its media type @throws ApiProblem */
export async function sendFile<T>(path: string, file: Blob, type: string): Promise<T> {
  let answer: Response;
  try {
    const headers = { 'content-type': type, accept: 'application/json' };
    answer = await fetch(`/api/v1${path}`, { method: 'POST', credentials: 'same-origin', headers, body: file });
  } catch (thrown) {
    throw new ApiProblem(asProblem(thrown));
  }
  const body: unknown = await answer.json().catch(() => null);
  if (answer.ok) return body as T;
  const known = body !== null && typeof body === 'object' && 'code' in body;
  throw new ApiProblem(
    known ? (body as ClientProblem) : { status: answer.status, code: 'internal', detail: `HTTP ${answer.status}` },
  );
}
