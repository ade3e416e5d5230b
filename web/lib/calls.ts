import type { z } from 'zod';
import type {
  approveDeviceBody,
  changeMeetingBody,
  Device,
  enrolled,
  level,
  Me,
  Meeting,
  meetingBody,
  signedIn,
  started,
} from '../../server/protocol/rest.ts';
import type { ListedEndpoint } from '../../server/protocol/directory.ts';
import { api } from './api.ts';

/** Every call that the office screens make, in one place: path, body and answer. */

type List<T> = { items: T[]; nextCursor: string | null };

/** What anybody may know of this installation. */
export interface About {
  version: string;
  /** holds the sample province; the sign-in page then says how to begin */
  sample: boolean;
  /** the page came over HTTPS, so that other machines get their cameras */
  tls: boolean;
  /** an own authority's certificate can be downloaded at /ca.crt */
  authority: boolean;
  /** RFC 3339 */
  serverTime?: string;
}

/** A level of the organisation: province, district, commune; names are data. */
export type Level = z.infer<typeof level>;

/** Answer of an enrolment: the link that pairs one device, once. */
export type Enrolled = z.infer<typeof enrolled>;

/** Body of a new meeting as it is written here. */
export type MeetingDraft = z.input<typeof meetingBody>;

/** Body of a changed meeting. */
export type MeetingChange = z.input<typeof changeMeetingBody>;

/** Reads a list to its end, page by page. */
export async function wholeList<T>(
  path: string,
  query: Record<string, string | undefined>,
  signal?: AbortSignal,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page: List<T> = await api.get<List<T>>(path, { ...query, limit: 500, cursor }, signal);
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return items;
}

/** The calls; each throws `ApiProblem`. */
export const calls = {
  about: (signal?: AbortSignal) => api.get<About>('/about', {}, signal),
  /** the person; null where the browser holds the credential of a device */
  me: async (signal?: AbortSignal) => (await api.get<Me>('/me', {}, signal)).user,
  signIn: (username: string, password: string) =>
    api.post<z.infer<typeof signedIn>>('/sign-in', { username, password }),
  signOut: () => api.post<void>('/sign-out'),
  changePassword: (current: string, next: string) => api.post<void>('/me/password', { current, next }),

  levels: (signal?: AbortSignal) => wholeList<Level>('/levels', {}, signal),
  endpoints: (query: { q?: string; level?: string }, signal?: AbortSignal) =>
    wholeList<ListedEndpoint>('/endpoints', query, signal),
  devices: async (query: { endpointId?: string; state?: Device['state'] }, signal?: AbortSignal) =>
    (await api.get<List<Device>>('/devices', query, signal)).items,
  approveDevice: (body: z.input<typeof approveDeviceBody>) => api.post<Device>('/devices/approve', body),
  enrolDevice: (endpointId: string, label: string) => api.post<Enrolled>('/devices', { endpointId, label }),
  revokeDevice: (deviceId: string) => api.delete<void>(`/devices/${deviceId}`),

  meetings: (from: string, to: string, signal?: AbortSignal) => wholeList<Meeting>('/meetings', { from, to }, signal),
  createMeeting: (draft: MeetingDraft, key: string) =>
    api.post<Meeting>('/meetings', draft, { 'idempotency-key': key }),
  changeMeeting: (meeting: Meeting, change: MeetingChange) =>
    api.patch<Meeting>(`/meetings/${meeting.id}`, change, { 'if-match': `"${meeting.version}"` }),
  cancelMeeting: (meetingId: string, reason: string) => api.delete<void>(`/meetings/${meetingId}`, { reason }),
  startMeeting: (meetingId: string) => api.post<z.infer<typeof started>>(`/meetings/${meetingId}/start`),
};
