import { isQuiet } from './api.ts';

const KEY = 'nhipcau.typeface';
/** Milliseconds between two looks whether the screen has what it needs, and after which the typeface comes anyway. */
const LOOK = 100;
const PATIENCE = 6_000;

/**
 * Reads the typeface once the first screen stands: its parts weigh as much as all the code, and a stand-in of the same
 * measures shows the text until then. A browser that has read it before has it at hand and shows it at once.
 */
export async function readTypeface(): Promise<void> {
  if (!isKept()) await screenStands();
  await import('../styles/fonts.css').catch(() => undefined);
  await document.fonts.ready;
  try {
    localStorage.setItem(KEY, '1');
  } catch {
    // storage may be forbidden: the typeface then comes after the first screen each time
  }
}

function isKept(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

/** Waits until a view is drawn and nothing more is asked of the server for it. */
async function screenStands(): Promise<void> {
  const until = Date.now() + PATIENCE;
  do await new Promise((wake) => setTimeout(wake, LOOK));
  while (Date.now() < until && !(document.querySelector('main') && isQuiet()));
}
