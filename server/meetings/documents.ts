import type { Readable } from 'node:stream';
import type { Actor, UserActor } from '../accounts/actor.ts';
import { lockRows } from '../db/locks.ts';
import { newId } from '../db/uuid.ts';
import { AppError } from '../errors.ts';
import { MAX_DOCUMENT_BYTES } from '../protocol/meetings.ts';
import type { MeetingDocument } from '../protocol/meetings.ts';
import type { DocumentRow } from './calendar.entity.ts';
import { deleteDocument, insertDocument, listDocuments } from './calendar.store.ts';
import type { DocumentFiles } from './documentFiles.ts';
import type { BookedMeeting } from './meeting.store.ts';
import type { MeetingDesk } from './meetingDesk.ts';
import { mayChange, mayRun } from './meetingRights.ts';

/** Most papers of a meeting, and most bytes of all of them. */
const MAX_DOCUMENTS = 30;
const MAX_TOTAL_BYTES = 300 * 1024 * 1024;

/** Papers of meetings: whoever may see a meeting reads them, whoever runs or plans it keeps them. */
export class Documents {
  readonly #desk: MeetingDesk;
  readonly #files: DocumentFiles;

  /** Wires the parts. */
  constructor(desk: MeetingDesk, files: DocumentFiles) {
    this.#desk = desk;
    this.#files = files;
  }

  /** @throws AppError not_found */
  async list(actor: Actor, meetingId: string): Promise<MeetingDocument[]> {
    await this.#desk.seen(actor, meetingId);
    return (await this.#desk.read((m) => listDocuments(m, meetingId))).map(viewOf);
  }

  /**
   * Takes a paper in.
   * @param name as the uploader calls it; shown, never used as a path
   * @throws AppError not_found, not_allowed, file_refused, payload_too_large, no_capacity
   */
  async add(actor: UserActor, meetingId: string, name: string, body: Readable): Promise<MeetingDocument> {
    const tidy = plainName(name);
    await this.#kept(actor, meetingId);
    const before = await this.#desk.read((m) => listDocuments(m, meetingId));
    assertRoom(before, 1);
    const kept = await this.#files.keep(body, MAX_DOCUMENT_BYTES);
    const uploadedAt = new Date(this.#desk.clock.now());
    const row = { id: newId(), meetingId, name: tidy, ...kept, uploadedAt, uploadedBy: actor.displayName };
    try {
      await this.#desk.db.transaction(async (m) => {
        await lockRows(m, 'meeting', [meetingId]);
        assertRoom(await listDocuments(m, meetingId), kept.bytes);
        await insertDocument(m, row);
      });
    } catch (err) {
      await this.#files.remove(kept.file);
      throw err;
    }
    return viewOf(row);
  }

  /** @returns a paper and its content @throws AppError not_found */
  async open(actor: Actor, meetingId: string, id: string): Promise<{ document: MeetingDocument; body: Readable }> {
    const row = await this.#find(actor, meetingId, id);
    return { document: viewOf(row), body: this.#files.read(row.file) };
  }

  /** @throws AppError not_found, not_allowed */
  async remove(actor: UserActor, meetingId: string, id: string): Promise<void> {
    await this.#kept(actor, meetingId);
    const row = await this.#find(actor, meetingId, id);
    await this.#desk.db.transaction((m) => deleteDocument(m, meetingId, id));
    await this.#files.remove(row.file);
  }

  async #find(actor: Actor, meetingId: string, id: string): Promise<DocumentRow> {
    await this.#desk.seen(actor, meetingId);
    const row = (await this.#desk.read((m) => listDocuments(m, meetingId))).find((one) => one.id === id);
    if (!row) throw new AppError('not_found', 'The meeting has no such document.');
    return row;
  }

  async #kept(actor: UserActor, meetingId: string): Promise<BookedMeeting> {
    const meeting = await this.#desk.seen(actor, meetingId);
    const tree = await this.#desk.directory.tree();
    if (mayRun(actor, meeting, tree) || mayChange(actor, meeting, tree)) return meeting;
    throw new AppError('not_allowed', 'Documents are kept by who runs or plans the meeting.');
  }
}

/** @throws AppError file_refused when the meeting has enough papers */
function assertRoom(rows: readonly DocumentRow[], bytes: number): void {
  const total = rows.reduce((sum, row) => sum + row.bytes, bytes);
  if (rows.length < MAX_DOCUMENTS && total <= MAX_TOTAL_BYTES) return;
  throw new AppError('file_refused', `A meeting has at most ${MAX_DOCUMENTS} documents of 300 MB together.`);
}

/** @returns a name in NFC @throws AppError file_refused for one that could be taken for a path */
function plainName(name: string): string {
  const tidy = name.normalize('NFC').trim();
  const wrong = /[/\\\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(tidy) || /^\.+/.test(tidy) || tidy === '';
  if (!wrong && tidy.length <= 200) return tidy;
  const errors = [{ path: 'name', message: 'expected a file name of 1 to 200 characters without folders' }];
  throw new AppError(
    'file_refused',
    'The name of the file cannot be used: it must not contain / or \\ or begin with a dot.',
    {
      details: { errors },
    },
  );
}

function viewOf({ id, name, type, bytes, uploadedAt, uploadedBy }: DocumentRow): MeetingDocument {
  return { id, name, type, bytes, uploadedAt: uploadedAt.toISOString(), uploadedBy };
}
