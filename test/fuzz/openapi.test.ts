import { expect } from 'chai';
import fc from 'fast-check';
import type { Request } from '../support/ask.ts';
import { ASKS } from '../support/asks.ts';
import type { Got } from '../support/wire.ts';
import { CALLERS, World } from '../support/world.ts';
import type { Caller } from '../support/world.ts';
import { broken, fitting } from './arbitrary.ts';
import type { Pool } from './arbitrary.ts';
import { Described } from './described.ts';
import type { Operation } from './described.ts';

const SEED = Number(process.env['FUZZ_SEED'] ?? 20261122);
/** Requests of every operation. */
const RUNS = Number(process.env['OPENAPI_RUNS'] ?? 12);
/** No call may begin after so many milliseconds of one operation, so that a slow machine makes fewer of them. */
const OPERATION_MS = RUNS * 40;

/** A request that will be sent. */
interface Draft {
  caller: Caller;
  request: Request;
  /** as the description wants it */
  isFitting: boolean;
}

/** Text of a header that a proxy or a careless client may send. */
const IF_MATCH = [undefined, undefined, '"1"', '"2"', '*', 'W/"1"', '1', '"x"'];
const KEYS = [undefined, undefined, undefined, 'khoa-1', 'khoa-2', 'a b', 'k'.repeat(200)];

/** Makes requests of one operation out of one that succeeded. */
class Requests {
  readonly #operation: Operation;
  readonly #base: Request;
  readonly #pool: Pool;

  constructor(operation: Operation, base: Request, pool: Pool) {
    this.#operation = operation;
    this.#base = base;
    this.#pool = pool;
  }

  /** @returns fitting and nearly fitting requests of everybody */
  all(): fc.Arbitrary<Draft> {
    return fc.oneof(this.#drafts(true), this.#drafts(false));
  }

  #drafts(isFitting: boolean): fc.Arbitrary<Draft> {
    const parts = {
      caller: fc.oneof(fc.constant<Caller>('administratorOfAll'), fc.constantFrom(...CALLERS)),
      path: this.#paths(isFitting),
      query: this.#queries(isFitting),
      body: this.#bodies(isFitting),
      ifMatch: fc.constantFrom(...IF_MATCH.slice(0, isFitting ? 5 : IF_MATCH.length)),
      key: fc.constantFrom(...KEYS.slice(0, isFitting ? 5 : KEYS.length)),
    };
    return fc.record(parts).map(({ caller, path, query, body, ifMatch, key }) => {
      const headers = { ...(ifMatch && { 'if-match': ifMatch }), ...(key && { 'idempotency-key': key }) };
      const { file } = this.#base;
      const request: Request = { path: path + query, headers, ...(file ? { file } : { body }) };
      // a sign-in that was made for this call alone may end
      if ('token' in this.#base) Object.assign(request, { token: null });
      return { caller, request, isFitting };
    });
  }

  #paths(isFitting: boolean): fc.Arbitrary<string> {
    const { path, parameters } = this.#operation;
    const base = paramsOf(path, this.#base.path);
    const values = Object.fromEntries(
      parameters
        .filter((one) => one.in === 'path')
        .map(({ name, schema }) => {
          const fit = fc.oneof({ weight: 4, arbitrary: fc.constant(base[name] ?? '') }, fitting(schema, this.#pool));
          return [name, isFitting ? fit : fc.oneof({ weight: 3, arbitrary: fit }, broken(fit))];
        }),
    );
    return fc
      .record(values)
      .map((made) => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encoded((made as never)[name])));
  }

  #queries(isFitting: boolean): fc.Arbitrary<string> {
    const base = Object.fromEntries(new URLSearchParams(this.#base.path.split('?')[1] ?? ''));
    const values = this.#operation.parameters
      .filter((one) => one.in === 'query')
      .map(({ name, schema, required }) => {
        const fit = fitting(schema, this.#pool);
        const own = name in base ? [{ weight: 3, arbitrary: fc.constant(base[name]) }] : [];
        const none = required ? [] : [{ weight: 2, arbitrary: fc.constant(undefined) }];
        const value = fc.oneof(...own, ...none, { weight: 1, arbitrary: fit });
        return fc.tuple(fc.constant(name), isFitting ? value : fc.oneof({ weight: 3, arbitrary: value }, broken(fit)));
      });
    return fc.tuple(...values).map((pairs) => {
      const given = pairs.filter(([, value]) => value !== undefined && value !== null);
      const text = given.map(([name, value]) => `${name}=${encoded(value)}`).join('&');
      return text ? `?${text}` : '';
    });
  }

  #bodies(isFitting: boolean): fc.Arbitrary<unknown> {
    const schema = this.#operation.requestBody?.content['application/json']?.schema;
    if (!schema) return fc.constant(undefined);
    const base = this.#base.body as Record<string, unknown>;
    const whole = fitting(schema, this.#pool);
    const parts = Object.entries(schema.properties ?? {});
    const changed = parts.map(([key, inner]) => fitting(inner, this.#pool).map((value) => ({ ...base, [key]: value })));
    const fit = fc.oneof(fc.constant(base), whole, ...changed);
    return isFitting ? fit : broken(fit);
  }
}

/** @returns the values that a path has for the names of its template */
function paramsOf(template: string, path: string): Record<string, string> {
  const pattern = template.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/?]+)');
  return { ...new RegExp(`^${pattern}(?:\\?|$)`).exec(path)?.groups };
}

function encoded(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
  return encodeURIComponent(text.toWellFormed().slice(0, 1_500)) || '%20';
}

describe('the running service and its description', function () {
  this.timeout(120_000 + RUNS * 2_000);
  let world: World;
  let described: Described;
  const pool = { ids: [] as string[] };
  const bases = new Map<string, Request>();
  const succeeded = new Set<string>();
  const counts: Record<string, number> = {};
  const keyOf = ({ method, path }: Operation) => `${method} ${path}`;

  async function send(operation: Operation, { caller, request }: Omit<Draft, 'isFitting'>): Promise<Got> {
    const got = await world.as(caller, { method: operation.method, ...request });
    counts[got.status] = (counts[got.status] ?? 0) + 1;
    if (got.status < 300) succeeded.add(keyOf(operation));
    return got;
  }

  function judge(operation: Operation, draft: Draft, got: Got): void {
    const fault = described.fault(operation, got) ?? reasonless(draft, got);
    const { caller, request } = draft;
    const asked = `${operation.method} ${request.path.slice(0, 300)} ${JSON.stringify(request.body)?.slice(0, 400) ?? ''}`;
    const headers = JSON.stringify(request.headers);
    if (fault) expect.fail(`${keyOf(operation)} ${fault}\n${caller}: ${asked} ${headers}\n${got.text.slice(0, 400)}`);
  }

  /** A request as described is refused as malformed for a reason that a schema cannot say, and the reason is told. */
  function reasonless({ isFitting }: Draft, { body }: Got): string | null {
    if (!isFitting || body?.code !== 'bad_request') return null;
    const { errors } = body as { errors?: { path: string; message: string }[] };
    return errors && errors.length > 0 && errors.every((one) => one.message) ? null : 'refuses without a reason';
  }

  before(async () => {
    world = await World.open();
    described = new Described(await world.admin('get', '/openapi.json'));
  });
  after(async () => {
    console.log(`      ${described?.operations.length} operations, answers by status`, counts);
    await world?.close();
  });

  it('answers what succeeds as described, every operation at least once', async () => {
    const faults: string[] = [];
    for (const [key, ask] of Object.entries(ASKS)) {
      const operation = described.operations.find((one) => keyOf(one) === key.replace(/ \(.*\)$/, ''));
      if (!operation) continue;
      const caller = 'administratorOfAll';
      const request = await ask.make({ world, side: 'own', caller });
      const got = await send(operation, { caller, request });
      if (got.status < 300) ask.done?.({ world, side: 'own', caller }, request);
      const fault = described.fault(operation, got);
      if (fault) faults.push(`${key} ${fault}: ${got.text.slice(0, 300)}`);
      if (key === keyOf(operation)) bases.set(key, await ask.make({ world, side: 'own', caller }));
      pool.ids.push(...Object.values(paramsOf(operation.path, request.path)).filter((one) => one.length === 36));
    }
    pool.ids.push(...Object.values(world.places).flatMap((one) => [one.unitId, one.endpointId]));
    expect(faults).to.deep.equal([]);
    expect(described.operations.map(keyOf).filter((one) => !succeeded.has(one))).to.deep.equal([]);
  });

  it('answers requests that fit and that nearly fit as described', async () => {
    const faults: string[] = [];
    for (const operation of described.operations) {
      const base = bases.get(keyOf(operation));
      if (!base) continue;
      const property = fc.asyncProperty(new Requests(operation, base, pool).all(), async (draft) => {
        judge(operation, draft, await send(operation, draft));
      });
      const options = { seed: SEED, numRuns: RUNS, endOnFailure: true, interruptAfterTimeLimit: OPERATION_MS };
      const { failed, errorInstance } = await fc.check(property, options);
      if (failed && errorInstance) faults.push((errorInstance as Error).message);
    }
    expect(faults, `FUZZ_SEED=${SEED}\n${faults.join('\n\n')}`).to.deep.equal([]);
  });
});
