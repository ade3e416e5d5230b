/** JSON Schema as zod and OpenAPI write it; only what the walk below reads. */
export interface Schema {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  format?: string;
  default?: unknown;
}

/** Numbers that follow from a seed alone, so that a failure can be repeated. */
export class Random {
  #state: number;

  /** @param seed any integer */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** @returns a number from 0 to below 1 (mulberry32) */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** @returns an integer from 0 to below `end` */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** @returns whether something of this probability happens */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** @returns one of the list */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { a: value };
  return value;
}

/** What JSON reads as own keys that name the prototype. */
const polluted = () => JSON.parse('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"ok":true}}}') as unknown;

/** Values that break what was not thought of; made anew each time, since some are large. */
const HOSTILE: readonly (() => unknown)[] = [
  () => null,
  () => undefined,
  () => Number.NaN,
  () => Infinity,
  () => -1,
  () => 0,
  () => 1.5,
  () => 2 ** 53,
  () => 1e308,
  () => true,
  () => '',
  () => ' ',
  () => 'null',
  () => '\u0000',
  () => '\ud800',
  () => '\u202ecfdp\u202d\u200b\u200d\ufeff',
  () => 'Đồng Văn '.repeat(20),
  () => 'x'.repeat(5_000),
  () => '<img src=x onerror=alert(1)>',
  () => "' OR 1=1; DROP TABLE users; --",
  () => '../../../../etc/passwd',
  () => '=HYPERLINK("http://x")',
  () => [],
  () => ({}),
  () => [[[[]]]],
  () => nested(40),
  () => nested(1_500),
  () => Array.from({ length: 10_000 }, (_, i) => i % 10),
  () => Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, i])),
  () => Buffer.alloc(300, 7),
  () => ({ data: Buffer.alloc(20), _placeholder: true, num: 0 }),
  () => ({ _placeholder: true, num: 99 }),
  () => ({ length: 1e9 }),
  () => JSON.parse('{"toString":1,"valueOf":null,"then":1,"toJSON":1}') as unknown,
  () => new Date(Number.NaN),
  polluted,
];

/** Values for fields by their name, so that valid messages reach real things. */
export type Known = Record<string, readonly unknown[]>;

/** Makes messages from schemas: as described, wrong in one place, or wrong altogether. */
export class Generator {
  readonly random: Random;
  readonly #known: Known;

  /** @param known values of fields by their name; the name `id` also serves identifiers of any other name */
  constructor(random: Random, known: Known = {}) {
    this.random = random;
    this.#known = known;
  }

  /** @returns a value that fits the schema, as far as the schema says what fits */
  valid(schema: Schema, name = '', depth = 0): unknown {
    const known = this.#known[name];
    if (known && known.length > 0) return structuredClone(this.random.pick(known));
    if ('const' in schema) return schema.const;
    if (schema.enum) return this.random.pick(schema.enum);
    const options = schema.anyOf ?? schema.oneOf ?? schema.allOf;
    if (options) return this.valid(this.random.pick(options), name, depth);
    const type = Array.isArray(schema.type) ? this.random.pick(schema.type) : schema.type;
    if (type === 'object') return this.#object(schema, depth);
    if (type === 'array') return this.#array(schema, name, depth);
    if (type === 'string') return this.#string(schema);
    if (type === 'integer' || type === 'number') return this.#number(schema, type);
    if (type === 'boolean') return this.random.chance(0.5);
    if (type === 'null') return null;
    return depth > 3 ? 'any' : this.random.pick([1, 'any', { any: [] }, []]);
  }

  /** @returns a valid value that was broken in one place, sometimes in several */
  nearlyValid(schema: Schema): unknown {
    let value = this.valid(schema);
    do value = this.spoil(value);
    while (this.random.chance(0.2));
    return value;
  }

  /** @returns a value with one place replaced, removed or added */
  spoil(value: unknown, depth = 0): unknown {
    if (typeof value !== 'object' || value === null || Buffer.isBuffer(value) || this.random.chance(0.1)) {
      return this.hostile();
    }
    if (Array.isArray(value)) {
      if (value.length === 0 || value.length > 100 || depth > 20) return this.hostile();
      const at = this.random.below(value.length);
      return value.with(at, this.spoil(value[at], depth + 1));
    }
    const copy = { ...value } as Record<string, unknown>;
    const keys = Object.keys(copy);
    const key = keys.length > 0 ? this.random.pick(keys) : 'none';
    const way = this.random.below(5);
    if (way === 0) delete copy[key];
    else if (way === 1)
      copy[this.random.pick(['extra', 'constructor', 'sessionid', 'ID', '', 'role'])] = this.hostile();
    else if (way === 2) Object.defineProperty(copy, '__proto__', { value: { isAdmin: true }, enumerable: true });
    else copy[key] = depth > 20 ? this.hostile() : this.spoil(copy[key], depth + 1);
    return copy;
  }

  /** @returns something that no schema expects */
  hostile(): unknown {
    return this.random.pick(HOSTILE)();
  }

  #object(schema: Schema, depth: number): Record<string, unknown> {
    const made: Record<string, unknown> = {};
    for (const [key, inner] of Object.entries(schema.properties ?? {})) {
      if (schema.required?.includes(key) || this.random.chance(0.4)) made[key] = this.valid(inner, key, depth + 1);
    }
    const { additionalProperties: more } = schema;
    if (typeof more === 'object') made.any = this.valid(more, '', depth + 1);
    return made;
  }

  #array(schema: Schema, name: string, depth: number): unknown[] {
    const least = schema.minItems ?? 0;
    const length = Math.min(schema.maxItems ?? 4, least + this.random.below(4));
    return Array.from({ length }, () => this.valid(schema.items ?? {}, name, depth + 1));
  }

  #string({ format, minLength = 0, maxLength = 60 }: Schema): string {
    if (format === 'uuid') return String(this.random.pick(this.#known['id'] ?? [this.#uuid()]));
    if (format === 'date-time') return new Date(Date.now() + this.random.below(1e9)).toISOString();
    const length = minLength + this.random.below(Math.max(1, Math.min(maxLength, 60) - minLength));
    return Array.from({ length }, () => this.random.pick([...'abcxyz019 .-Đồăữ'])).join('');
  }

  #number({ minimum = -1_000, maximum = 1_000 }: Schema, type: string): number {
    const low = Math.max(minimum, -1e6);
    const value = low + this.random.next() * (Math.min(maximum, 1e6) - low);
    return type === 'integer' ? Math.round(value) : value;
  }

  #uuid(): string {
    const hex = Array.from({ length: 32 }, () => this.random.below(16).toString(16)).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}
