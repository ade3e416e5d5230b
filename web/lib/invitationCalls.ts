import type { z } from 'zod';
import type {
  invited,
  inviteBody,
  openedInvitation,
  Registration,
  registrationBody,
  registrations,
  reminded,
} from '../../server/protocol/invitations.ts';
import { api } from './api.ts';

/** Every call of invitations and answers. */

/** Where every endpoint of a meeting stands, and the sums. */
export type Registrations = z.infer<typeof registrations>;
/** Body of an invitation. */
export type InviteDraft = z.input<typeof inviteBody>;
/** Body of an answer. */
export type Answer = z.input<typeof registrationBody>;
/** What the link of a mail opens. */
export type OpenedInvitation = z.infer<typeof openedInvitation>;

/** The calls; each throws `ApiProblem`. */
export const invitationCalls = {
  list: (meetingId: string, signal?: AbortSignal) =>
    api.get<Registrations>(`/meetings/${meetingId}/registrations`, {}, signal),
  invite: (meetingId: string, draft: InviteDraft) =>
    api.post<z.infer<typeof invited>>(`/meetings/${meetingId}/invitations`, draft),
  remind: (meetingId: string) => api.post<z.infer<typeof reminded>>(`/meetings/${meetingId}/invitations/remind`),
  answer: (meetingId: string, endpointId: string, answer: Answer) =>
    api.put<Registration>(`/meetings/${meetingId}/registrations/${endpointId}`, answer),
  open: (secret: string, signal?: AbortSignal) => api.get<OpenedInvitation>(`/invitation/${secret}`, {}, signal),
  answerByLink: (secret: string, meetingId: string, answer: Answer) =>
    api.put<Registration>(`/invitation/${secret}/meetings/${meetingId}`, answer),
  /** address of the letter as PDF */
  letterAddress: (meetingId: string) => `/api/v1/meetings/${meetingId}/letter.pdf`,
};
