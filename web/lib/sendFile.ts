import { ApiProblem, asProblem } from './api.ts';
import type { ClientProblem } from './api.ts';

/** Told how much of a file has gone out, from 0 to 1. */
export type Progress = (part: number) => void;

/**
 * Sends a file as it is to a path below `/api/v1`.
 * @param type its media type
 * @throws ApiProblem
 */
export function sendFile<T>(path: string, file: Blob, type: string, onProgress?: Progress): Promise<T> {
  return new Promise((done, fail) => {
    // of what a browser has, this alone tells how much of a body has gone out
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1${path}`);
    request.setRequestHeader('content-type', type);
    request.setRequestHeader('accept', 'application/json');
    request.upload.onprogress = (e) => e.lengthComputable && onProgress?.(e.loaded / e.total);
    request.onerror = () => fail(new ApiProblem(asProblem(new TypeError('the file could not be sent'))));
    request.onload = () => {
      const body = bodyOf(request.responseText);
      if (request.status >= 200 && request.status < 300) return done(body as T);
      const known = body !== null && typeof body === 'object' && 'code' in body;
      const plain: ClientProblem = { status: request.status, code: 'internal', detail: `HTTP ${request.status}` };
      fail(new ApiProblem(known ? (body as ClientProblem) : plain));
    };
    request.send(file);
  });
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
