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
