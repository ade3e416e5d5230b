import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileTypeFromFile } from 'file-type';
import { AppError } from '../errors.ts';

/** What a paper of a meeting may be, by its content. */
const TYPES = new Set([
  'application/pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.oasis.opendocument.text',
  'application/vnd.oasis.opendocument.spreadsheet',
  'application/vnd.oasis.opendocument.presentation',
  // the old formats of an office, which share one container
  'application/x-cfb',
  'application/rtf',
  'image/png',
  'image/jpeg',
  'image/webp',
]);

/** The same, and plain text, which has no mark of its own. */
export const DOCUMENT_TYPES: readonly string[] = [...TYPES, 'text/plain'];

/** A file that was taken in. */
export interface KeptFile {
  /** name in the folder */
  file: string;
  bytes: number;
  /** media type by content */
  type: string;
}

/** Folder of uploaded files. Their names are random; what the uploader called them never reaches the disk. */
export class DocumentFiles {
  readonly #folder: string;

  /** @param folder made when the first file comes, mode 0700 */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Takes a file in and looks at its content. Nothing of it stays when it is refused.
   * @param maxBytes beyond which it is refused
   * @throws AppError payload_too_large, file_refused, no_capacity when the disk is full
   */
  async keep(body: Readable, maxBytes: number): Promise<KeptFile> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const file = randomBytes(16).toString('hex');
    const path = join(this.#folder, file);
    try {
      const bytes = await write(body, path, maxBytes);
      return { file, bytes, type: await typeOf(path, bytes) };
    } catch (err) {
      await rm(path, { force: true });
      if ((err as NodeJS.ErrnoException).code === 'ENOSPC') {
        throw new AppError('no_capacity', 'The disk of the service is full: the document was not kept.', {
          cause: err,
        });
      }
      throw err;
    }
  }

  /** @returns the content of a kept file */
  read(file: string): Readable {
    return createReadStream(join(this.#folder, file));
  }

  /** Removes a file; one that is gone already is fine. */
  async remove(file: string): Promise<void> {
    await rm(join(this.#folder, file), { force: true });
  }
}

async function write(body: Readable, path: string, maxBytes: number): Promise<number> {
  const handle = await open(path, 'wx', 0o600);
  let bytes = 0;
  try {
    // the request must outlive the loop, or its answer would be lost
    for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new AppError('payload_too_large', `The file is larger than ${maxBytes} bytes.`);
      await handle.write(chunk);
    }
    if (bytes === 0) throw new AppError('file_refused', 'The file is empty.');
    await handle.sync();
  } finally {
    await handle.close();
  }
  return bytes;
}

/** @throws AppError file_refused for a content that is no paper */
async function typeOf(path: string, bytes: number): Promise<string> {
  const found = await fileTypeFromFile(path);
  if (found && TYPES.has(found.mime)) return found.mime;
  if (!found && (await isText(path, bytes))) return 'text/plain';
  const what = found ? `its content is ${found.mime}` : 'its content is of no known kind';
  throw new AppError('file_refused', `Documents are PDF, office papers, pictures or plain text; ${what}.`);
}

/** Looks at the beginning of a file for what no text contains. */
async function isText(path: string, bytes: number): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    const head = Buffer.alloc(Math.min(bytes, 65_536));
    await handle.read(head, 0, head.length, 0);
    // the last character may be cut in two
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    // a page of a browser is no paper: it would act in the name of who opens it
    return (
      !/[^\P{Cc}\t\n\v\f\r\u0080-\u009f\u007f]/u.test(text) && !/^\s*<(!doctype|html|script|svg|\?xml)/i.test(text)
    );
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}
