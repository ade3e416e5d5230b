import { inflateSync } from 'node:zlib';

/**
 * Reads the text of a PDF as a reader would copy it: glyphs turned into letters by the fonts' own tables. Enough for what
 * this program draws.
 */
export function pdfText(pdf: Buffer): string {
  const raw = pdf.toString('latin1');
  const objects = new Map<string, string>();
  for (const [, id = '', body = ''] of raw.matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) objects.set(id, body);
  const fonts = new Map<string, Map<string, string>>();
  for (const body of objects.values()) {
    for (const [, name = '', id = ''] of body.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const table = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id) ?? '')?.[1];
      if (table !== undefined) fonts.set(name, lettersOf(streamOf(objects.get(table) ?? '')));
    }
  }
  return [...objects.values()]
    .map(streamOf)
    .filter((content) => /\bTf\b/.test(content))
    .map((content) => textOf(content, fonts))
    .join('\n');
}

function streamOf(body: string): string {
  const inside = /stream\n([\s\S]*)\nendstream/.exec(body)?.[1];
  if (inside === undefined) return '';
  const bytes = Buffer.from(inside, 'latin1');
  return /FlateDecode/.test(body) ? inflateSync(bytes).toString('latin1') : inside;
}

/** Glyph, as four hexadecimal digits, to letters. */
function lettersOf(cmap: string): Map<string, string> {
  const letters = new Map<string, string>();
  const text = (hex: string) => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex').swap16().toString('utf16le');
  for (const [, first = '', list = ''] of cmap.matchAll(/<([0-9a-f]{4})> <[0-9a-f]{4}> \[([^\]]*)\]/g)) {
    for (const [i, [, hex = '']] of [...list.matchAll(/<([0-9a-f ]+)>/g)].entries()) {
      letters.set((Number.parseInt(first, 16) + i).toString(16).padStart(4, '0'), text(hex));
    }
  }
  return letters;
}

function textOf(content: string, fonts: ReadonlyMap<string, ReadonlyMap<string, string>>): string {
  let font: ReadonlyMap<string, string> = new Map();
  let out = '';
  for (const [, name, shown] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[(.*?)\] TJ/g)) {
    if (name !== undefined) font = fonts.get(name) ?? font;
    for (const [hex] of (shown ?? '').matchAll(/(?<=<)[0-9a-f]+(?=>)/g)) {
      for (const glyph of hex.match(/.{4}/g) ?? []) out += font.get(glyph) ?? '\ufffd';
    }
    if (shown !== undefined) out += ' ';
  }
  return out.replaceAll(/\s+/g, ' ');
}
