/**
 * Folds a text for searching and sorting: no accents, lower case, `đ` as `d`, single spaces. `Hoà` and `Hòa`, composed or
 * not, come out alike.
 */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase().replace(/\s+/g, ' ').trim();
}

/**
 * Makes a test for a search: every word of `query` must occur somewhere, with or without accents.
 * @returns takes an already folded text
 */
export function searcher(query: string): (folded: string) => boolean {
  const words = fold(query).split(' ').filter(Boolean);
  return (folded) => words.every((word) => folded.includes(word));
}

/** Tone marks of Vietnamese: grave, acute, tilde, hook above, dot below. Circumflex, breve and horn make other letters. */
const TONES = /[\u0300\u0301\u0303\u0309\u0323]/g;

/** @returns the name as it is stored: composed (NFC), single spaces, none around */
export function tidyName(name: string): string {
  return name.normalize('NFC').replace(/\s+/g, ' ').trim();
}

/**
 * @returns the name with every tone mark at the end of its word, so that the two ways to place one (`Hoà`, `Hòa`), composed
 * or not, come out alike
 */
export function toneKey(name: string): string {
  return tidyName(name)
    .split(' ')
    .map((word) => {
      const marks = word.normalize('NFD');
      return marks.replace(TONES, '') + (marks.match(TONES) ?? []).join('');
    })
    .join(' ');
}

/**
 * Two names with the same key are the same name to a reader: case, spaces and the place of the tone mark make no
 * difference; accents do (`An`, `Ân`).
 */
export function nameKey(name: string): string {
  return toneKey(name.toLowerCase());
}
