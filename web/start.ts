import { askAhead } from './lib/ahead.ts';
import { firstAsks } from './lib/firstAsks.ts';
import { loadView, viewAt } from './lib/views.ts';
import './styles/app.css';

/**
 * The page's first script, small so that it is there first: it asks for the code and the data of the view that the address
 * names while the rest of the application is still on its way.
 */
async function askFirst(view: ReturnType<typeof viewAt>): Promise<void> {
  // neither asks who is there: a room has a credential of its own, an invitation needs none
  if (view === 'room' || view === 'invitation') return;
  if (view === 'signIn') void askAhead('/about');
  if (!(await askAhead('/me'))) {
    // whoever is not signed in is led to where that is told
    if (view !== 'signIn') void askAhead('/about');
    return;
  }
  for (const [path, query] of firstAsks(view, location.search, Date.now())) void askAhead(path, query);
}

/** This script does not wait for the page's styles, but what is drawn is measured with them. */
async function stylesThere(): Promise<void> {
  if (document.readyState === 'loading') {
    await new Promise((done) => document.addEventListener('DOMContentLoaded', done, { once: true }));
  }
  const link = document.querySelector<HTMLLinkElement>('link[rel=stylesheet]');
  if (!link || link.sheet) return;
  await new Promise((done) => {
    link.addEventListener('load', done, { once: true });
    // without them it is ugly and still of use
    link.addEventListener('error', done, { once: true });
  });
}

const view = viewAt(location.pathname);
void askFirst(view);
// whoever draws it tells when it cannot be loaded
if (view) loadView[view]().catch(() => undefined);
void stylesThere().then(() => import('./main.tsx'));
