import fc from 'fast-check';
import { Generator, Random } from './generate.ts';
import type { Schema } from './generate.ts';

/** Schema with what arbitraries read beyond `generate.ts`. */
export interface FullSchema extends Omit<Schema, 'items' | 'anyOf' | 'oneOf' | 'allOf' | 'properties'> {
  pattern?: string;
  items?: FullSchema;
  prefixItems?: FullSchema[];
  anyOf?: FullSchema[];
  oneOf?: FullSchema[];
  allOf?: FullSchema[];
  properties?: Record<string, FullSchema>;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
}

/** Values that reach real things: ids of every kind. */
export interface Pool {
  ids: readonly string[];
}

/** Longest string and list that are tried, so that a run stays quick. */
const LONG = 40;
const MANY = 4;
const LETTERS = fc.constantFrom(...'abcxyz019 .-Đồăữ');

/** @returns values that fit the schema, as far as the schema says what fits */
export function fitting(schema: FullSchema, pool: Pool, depth = 0): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return fc.oneof(...options.map((one) => fitting(one, pool, depth)));
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  if (types.length > 1)
    return fc.oneof(...types.map((type) => fitting({ ...schema, type: type ?? 'null' }, pool, depth)));
  switch (types[0]) {
    case 'object':
      return objects(schema, pool, depth);
    case 'array':
      return arrays(schema, pool, depth);
    case 'string':
      return strings(schema, pool);
    case 'integer':
    case 'number':
      return numbers(schema, types[0] === 'integer');
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

/** @returns values that were broken in one place */
export function broken(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(values, fc.nat())
    .map(([value, seed]) => new Generator(new Random(seed)).spoil(structuredClone(value)));
}

function objects(schema: FullSchema, pool: Pool, depth: number): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties: more } = schema;
  const model = Object.fromEntries(
    Object.entries(properties).map(([key, inner]) => [key, fitting(inner, pool, depth + 1)]),
  );
  const known = fc.record(model, { requiredKeys: required.filter((key) => key in model) });
  if (typeof more !== 'object' || Object.keys(properties).length > 0) return known;
  return fc.dictionary(fc.string({ unit: LETTERS, minLength: 1, maxLength: 8 }), fitting(more, pool, depth + 1), {
    maxKeys: 3,
  });
}

function arrays(schema: FullSchema, pool: Pool, depth: number): fc.Arbitrary<unknown> {
  if (schema.prefixItems) return fc.tuple(...schema.prefixItems.map((one) => fitting(one, pool, depth + 1)));
  const minLength = schema.minItems ?? 0;
  const maxLength = Math.min(schema.maxItems ?? MANY, minLength + MANY);
  return fc.array(fitting(schema.items ?? {}, pool, depth + 1), { minLength, maxLength });
}

function strings(schema: FullSchema, pool: Pool): fc.Arbitrary<string> {
  const { format, pattern, minLength = 0, maxLength = LONG } = schema;
  const real = pool.ids.length > 0 ? fc.constantFrom(...pool.ids) : fc.uuid();
  if (format === 'uuid') return fc.oneof({ weight: 5, arbitrary: real }, { weight: 1, arbitrary: fc.uuid() });
  const days = fc.integer({ min: -2, max: 400 }).map((day) => Date.now() + day * 86_400_000);
  if (format === 'date-time') return days.map((ms) => new Date(ms - (ms % 60_000)).toISOString());
  if (format === 'date') return days.map((ms) => new Date(ms).toISOString().slice(0, 10));
  if (format === 'email') return fc.emailAddress().filter((text) => text.length <= maxLength);
  // a class of what is not allowed is fine with any letters
  if (pattern !== undefined && !pattern.includes('\\P{')) {
    const matching = fc.stringMatching(new RegExp(pattern, 'u'), { size: 'xsmall' });
    return matching.filter((text) => text.length <= (schema.maxLength ?? Infinity));
  }
  const most = Math.max(minLength, Math.min(maxLength, LONG));
  return fc.oneof(
    fc.string({ unit: LETTERS, minLength, maxLength: most }),
    fc.string({ unit: 'grapheme', minLength, maxLength: most }).filter((text) => text.length <= maxLength),
  );
}

function numbers(schema: FullSchema, isInteger: boolean): fc.Arbitrary<number> {
  const low = schema.minimum ?? (schema.exclusiveMinimum === undefined ? -1_000 : schema.exclusiveMinimum + 1);
  const high = schema.maximum ?? (schema.exclusiveMaximum === undefined ? low + 2_000 : schema.exclusiveMaximum - 1);
  const [min, max] = [Math.max(low, -1e9), Math.min(high, Math.max(low, 0) + 1e9)];
  return isInteger ? fc.integer({ min, max }) : fc.double({ min, max, noNaN: true });
}
