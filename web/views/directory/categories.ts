import type { Category } from '../../../server/protocol/directory.ts';

// spelled out, since the schemas' module would bring the whole validator into the browser
/** What an endpoint may be for, in the order of lists. */
export const CATEGORY_ORDER: readonly Category[] = ['administrative', 'sector', 'relay', 'room_codec'];
