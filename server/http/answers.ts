import { z } from 'zod';
import { isLasting } from './route.ts';

/** Content type of every answer in JSON. */
export const JSON_TYPE = 'application/json; charset=utf-8';

/** Checks an answer and writes it down. @throws ZodError for an answer that is not as described */
export type AnswerWriter = (body: unknown) => Buffer;

const COMMA = Buffer.from(',');
const LIST_BEGIN = Buffer.from('{"items":[');
const ITEMS_END = Buffer.from('],"nextCursor":');
const LIST_END = Buffer.from('}');

/**
 * What is lasting is checked and written once, for as long as somebody keeps it: alone, or as an item of a list, whose
 * other items are written each time.
 * @param schema of the route's answer; fields that it does not name are dropped
 */
export function answerWriter(schema: z.ZodType): AnswerWriter {
  const parts = partsOfList(schema);
  if (!parts) return thingWriter(schema);
  const writeItem = thingWriter(parts.item);
  return (body) => {
    if (!isList(body) || !body.items.some(isLasting)) return written(schema, body);
    const chunks: Buffer[] = [LIST_BEGIN];
    for (const item of body.items) {
      if (chunks.length > 1) chunks.push(COMMA);
      chunks.push(writeItem(item));
    }
    chunks.push(ITEMS_END, written(parts.nextCursor, body.nextCursor), LIST_END);
    return Buffer.concat(chunks);
  };
}

function thingWriter(schema: z.ZodType): AnswerWriter {
  const known = new WeakMap<object, Buffer>();
  return (body) => {
    if (!isLasting(body)) return written(schema, body);
    const before = known.get(body);
    if (before) return before;
    const text = unpooled(written(schema, body));
    known.set(body, text);
    return text;
  };
}

/** A copy outside of the slabs of 64 KB that small buffers share: what is kept for long would keep a whole one. */
function unpooled(text: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(text.length);
  text.copy(own);
  return own;
}

const written = (schema: z.ZodType, body: unknown): Buffer => Buffer.from(JSON.stringify(schema.parse(body)));

/** @returns schemas of the parts of a `listOf`; null for every other answer */
function partsOfList(schema: z.ZodType): { item: z.ZodType; nextCursor: z.ZodType } | null {
  if (!(schema instanceof z.ZodObject)) return null;
  const { items, nextCursor, ...others } = schema.shape as Record<string, z.ZodType>;
  if (!(items instanceof z.ZodArray) || !nextCursor || Object.keys(others).length > 0) return null;
  // more than the items was asked of the array or of the whole: both are checked as one then
  if (schema.def.catchall || [schema, items].some((part) => (part.def.checks?.length ?? 0) > 0)) return null;
  return { item: items.element as z.ZodType, nextCursor };
}

function isList(body: unknown): body is { items: readonly unknown[]; nextCursor: unknown } {
  return typeof body === 'object' && body !== null && Array.isArray((body as { items?: unknown }).items);
}
