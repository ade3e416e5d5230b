/** Without what is easily taken for another letter when it is read out or written down by hand. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const GROUP = 4;

function letters(count: number): string {
  let text = '';
  const limit = 256 - (256 % LETTERS.length);
  while (text.length < count) {
    // bytes over the last whole round would make the first letters likelier
    for (const byte of crypto.getRandomValues(new Uint8Array(32))) {
      if (byte < limit && text.length < count) text += LETTERS[byte % LETTERS.length];
    }
  }
  return text;
}

/** @returns a password that is handed over once and then changed: 79 random bits in four groups that can be dictated */
export function oneTimePassword(): string {
  const groups = Array.from({ length: GROUPS }, () => letters(GROUP));
  const text = groups.join('-');
  // the server wants five different letters
  return new Set(text).size < 6 ? oneTimePassword() : text;
}

/** @returns a username from a name: `Đỗ Thị Phượng` gives `do.thi.phuong` */
export function usernameOf(folded: string): string {
  return folded
    .replace(/[^a-z0-9]+/g, '.')
    .replace(/^\.+|\.+$/g, '')
    .slice(0, 78);
}
