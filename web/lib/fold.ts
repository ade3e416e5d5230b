/** Text without accents, case and double blanks, đ as d: what searching compares, so that "dong van" finds "Đồng Văn". */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase().replace(/\s+/g, ' ').trim();
}

/** Whether every word of `query` begins, or lies in, a word of one of the `texts`. An empty query matches all. */
export function matches(query: string, ...texts: string[]): boolean {
  const haystack = texts.map(fold).join(' ');
  return fold(query)
    .split(' ')
    .every((word) => haystack.includes(word));
}

const collator = new Intl.Collator('vi');

/** Order of two names as a Vietnamese reader expects it. */
export function byName(a: string, b: string): number {
  return collator.compare(a, b);
}
