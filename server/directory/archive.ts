import { crc32, inflateRawSync } from 'node:zlib';

/** A file inside of an archive. */
export interface ArchiveFile {
  name: string;
  bytes: Buffer;
}

/** The archive is damaged, lies about itself or is larger inside than is allowed. */
export class ArchiveFault {
  readonly message: string;
  /** @param message one English sentence */
  constructor(message: string) {
    this.message = message;
  }
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;

/**
 * Unpacks files of a ZIP archive without trusting what it says of sizes: no more than `maxBytes` are ever inflated.
 * @param wanted which files, by name; all others are not touched
 * @throws ArchiveFault
 */
export function unzip(archive: Buffer, wanted: (name: string) => boolean, maxBytes: number): ArchiveFile[] {
  try {
    return readEntries(archive, wanted, maxBytes);
  } catch (err) {
    if (err instanceof ArchiveFault) throw err;
    const { code } = err as { code?: string };
    throw new ArchiveFault(
      code === 'ERR_BUFFER_TOO_LARGE' ? 'The file is far larger inside than outside.' : 'The file is damaged.',
    );
  }
}

function readEntries(archive: Buffer, wanted: (name: string) => boolean, maxBytes: number): ArchiveFile[] {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || archive.readUInt32LE(end) !== END) throw new ArchiveFault('The file is no archive.');
  const count = archive.readUInt16LE(end + 10);
  if (count > 2000) throw new ArchiveFault('The file holds too many parts.');
  const files: ArchiveFile[] = [];
  let left = maxBytes;
  for (let i = 0, at = archive.readUInt32LE(end + 16); i < count; i++) {
    if (archive.readUInt32LE(at) !== ENTRY) throw new ArchiveFault('The file is damaged.');
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength!);
    if (wanted(name)) {
      const bytes = contentOf(archive, at, left);
      left -= bytes.length;
      files.push({ name, bytes });
    }
    at += 46 + nameLength! + extra! + comment!;
  }
  return files;
}

function contentOf(archive: Buffer, entry: number, maxBytes: number): Buffer {
  const method = archive.readUInt16LE(entry + 10);
  const size = archive.readUInt32LE(entry + 20);
  const local = archive.readUInt32LE(entry + 42);
  if (archive.readUInt32LE(local) !== LOCAL) throw new ArchiveFault('The file is damaged.');
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const packed = archive.subarray(start, start + size);
  if (method === 8) return maxBytes > 0 ? inflateRawSync(packed, { maxOutputLength: maxBytes }) : Buffer.alloc(0);
  if (method === 0 && packed.length <= maxBytes) return packed;
  throw new ArchiveFault('The file is packed in a way that is not supported, or too large.');
}

/** @returns an archive whose files are stored as they are, so that its sizes are true */
export function zipStored(files: readonly ArchiveFile[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const label = Buffer.from(name, 'utf8');
    const sums = Buffer.alloc(12);
    sums.writeUInt32LE(crc32(bytes), 0);
    sums.writeUInt32LE(bytes.length, 4);
    sums.writeUInt32LE(bytes.length, 8);
    const common = Buffer.alloc(10);
    common.writeUInt16LE(20, 0);
    // names are UTF-8
    common.writeUInt16LE(0x800, 2);
    const lengths = Buffer.alloc(4);
    lengths.writeUInt16LE(label.length, 0);
    const local = Buffer.concat([uint32(LOCAL), common, sums, lengths, label, bytes]);
    // lengths of name, extra and comment, disk, attributes, then where the file begins
    const place = Buffer.alloc(18);
    place.writeUInt16LE(label.length, 0);
    place.writeUInt32LE(offset, 14);
    directory.push(Buffer.concat([uint32(ENTRY), Buffer.from([20, 0]), common, sums, place, label]));
    parts.push(local);
    offset += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, list, uint32(END), end]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
