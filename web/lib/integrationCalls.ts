import type { z } from 'zod';
import type {
  ApiToken,
  apiTokenBody,
  ApiTokenMade,
  changeWebhookBody,
  Delivery,
  OwnedApiToken,
  WebhookMade,
  webhookBody,
  WebhookView,
} from '../../server/protocol/integrations.ts';
import { api } from './api.ts';

/** Every call of API tokens and webhooks. */

/** Body of a new token, and of a webhook. */
export type TokenDraft = z.input<typeof apiTokenBody>;
export type WebhookDraft = z.input<typeof webhookBody>;
type WebhookChange = z.input<typeof changeWebhookBody>;

/** One page of a list. */
interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

const hook = (id: string): string => `/webhooks/${id}`;

/** The calls; each throws `ApiProblem`. */
export const integrationCalls = {
  ownTokens: async (signal?: AbortSignal) => (await api.get<{ items: ApiToken[] }>('/me/api-tokens', {}, signal)).items,
  allTokens: (cursor: string | null, signal?: AbortSignal) =>
    api.get<Page<OwnedApiToken>>('/api-tokens', { cursor, limit: 100 }, signal),
  makeToken: (draft: TokenDraft) => api.post<ApiTokenMade>('/me/api-tokens', draft),
  revokeToken: (id: string) => api.delete<void>(`/me/api-tokens/${id}`),
  revokeAnyToken: (id: string) => api.delete<void>(`/api-tokens/${id}`),
  webhooks: async (signal?: AbortSignal) => (await api.get<{ items: WebhookView[] }>('/webhooks', {}, signal)).items,
  makeWebhook: (draft: WebhookDraft) => api.post<WebhookMade>('/webhooks', draft),
  changeWebhook: (id: string, change: WebhookChange) => api.patch<WebhookView>(hook(id), change),
  removeWebhook: (id: string) => api.delete<void>(hook(id)),
  newSecret: (id: string) => api.post<WebhookMade>(`${hook(id)}/secret`),
  ping: (id: string) => api.post<Delivery>(`${hook(id)}/ping`),
  deliveries: (id: string, query: { state: string; cursor?: string | null }, signal?: AbortSignal) =>
    api.get<Page<Delivery>>(`${hook(id)}/deliveries`, { ...query, limit: 50 }, signal),
  replay: (id: string, deliveryId: string) => api.post<Delivery>(`${hook(id)}/deliveries/${deliveryId}/replay`),
  replayFailed: (id: string, since: string) => api.post<{ deliveries: number }>(`${hook(id)}/replay`, { since }),
};
