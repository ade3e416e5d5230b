import { createHash } from 'node:crypto';
import { LessThan } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { newId } from '../db/uuid.ts';
import { AppError } from '../errors.ts';
import { idempotencyEntity } from './meeting.entity.ts';

/** A request that carries an `Idempotency-Key`. */
export interface KeyedRequest {
  /** stable text of the actor: keys of different actors never meet */
  actorId: string;
  key: string;
  /** `requestHash` of the body */
  hash: string;
}

/** Answers are kept this long, in milliseconds. */
const KEEP_MS = 24 * 3_600_000;

/** @returns SHA-256 of a checked body, equal for equal contents */
export function requestHash(body: unknown): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('hex');
}

/**
 * @returns the answer that this request got before, or null when it is new
 * @throws AppError idempotency_reuse when the key came with another body before
 */
export async function answerGiven(m: EntityManager, request: KeyedRequest): Promise<unknown> {
  const row = await m.findOneBy(idempotencyEntity, { actorId: request.actorId, key: request.key });
  if (!row) return null;
  if (row.requestHash === request.hash) return JSON.parse(row.answer) as unknown;
  throw new AppError('idempotency_reuse', 'This Idempotency-Key was used for another request before.');
}

/** Keeps the answer in the transaction that did the work. */
export async function keepAnswer(m: EntityManager, request: KeyedRequest, answer: unknown, now: number): Promise<void> {
  await m.insert(idempotencyEntity, {
    id: newId(),
    actorId: request.actorId,
    key: request.key,
    requestHash: request.hash,
    status: 201,
    answer: JSON.stringify(answer),
    createdAt: new Date(now),
  });
}

/** Drops answers that no client will ask for again. */
export async function dropOldAnswers(m: EntityManager, now: number): Promise<void> {
  await m.delete(idempotencyEntity, { createdAt: LessThan(new Date(now - KEEP_MS)) });
}
