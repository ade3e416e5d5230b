import { expect } from 'chai';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Ask, Request } from '../support/ask.ts';
import { ASKS } from '../support/asks.ts';
import type { Got } from '../support/wire.ts';
import { CALLERS, SIDES, World } from '../support/world.ts';
import type { Caller, Side } from '../support/world.ts';

/** The decisions as they were reviewed; `ACCESS_MATRIX=write` writes those of the service into it, to be reviewed again. */
const FILE = new URL('./access-matrix.md', import.meta.url);
const HEAD = `# Who may do what

Rows are the operations of the interface; a second way to call one has a word in parentheses. Columns are callers. The
branch is a district; all but the first two callers belong to it and hold their role over all of it. The devices speak
for two of its endpoints, the tokens for its administrator.

- An operation on one thing has three decisions: the thing is the branch's own; it belongs to the unit above (and the
  branch is invited, where it is a meeting); it belongs to a foreign branch. \`+\` is a success, a number the status of the
  refusal. What is named in a body and may not be seen is answered as if it did not exist: \`endpoint_unknown\`,
  \`unknown_unit\`.
- A list has three signs: whether it shows what is the branch's own, the unit's above, the foreign branch's.
- An operation without a unit has one decision; one on things of persons has two: the caller's own, somebody else's.

No answer may tell the branch anything of the foreign one; the test looks for it in each. \`ACCESS_MATRIX=write\` before
the test writes the table anew, to be read again by a human.
`;

type Cell = string;

/** What of the foreign branch must not be told to those of this branch: ids, codes and titles. */
function foreignWords(world: World): string[] {
  const { unitId, unitCode, endpointId } = world.places.foreign;
  const made = Object.values(world.standing).map((one) => one.foreign);
  return [unitId, unitCode, endpointId, 'Họp của foreign', 'Đổi tên foreign', ...made].filter(
    (word) => word.length > 5,
  );
}

function word(got: Got, ask: Ask): Cell {
  const said = ask.verdict?.(got);
  if (said) return said;
  if (got.status < 300) return '+';
  const isRefusal = [401, 403, 404].includes(got.status);
  return isRefusal ? String(got.status) : `${got.status} ${got.body?.code ?? ''}`.trim();
}

/** Calls the operations as everybody and writes the decisions down. */
class Matrix {
  readonly world: World;
  readonly leaks: string[] = [];
  cells = 0;

  constructor(world: World) {
    this.world = world;
  }

  /** @returns the cells of one row */
  async row(key: string, ask: Ask): Promise<Cell[]> {
    const kept = new Map<Side, Request>();
    const cells: Cell[] = [];
    for (const caller of CALLERS) {
      if (ask.kind === 'list') cells.push(await this.#list(key, ask, caller));
      else {
        const sides = ask.kind === 'plain' ? (['own'] as const) : (ask.sides ?? SIDES);
        const words: Cell[] = [];
        for (const side of sides) words.push(await this.#one(key, ask, { caller, side, kept }));
        cells.push(words.join(', '));
      }
    }
    return cells;
  }

  async #one(key: string, ask: Ask, aim: { caller: Caller; side: Side; kept: Map<Side, Request> }): Promise<Cell> {
    const { caller, side, kept } = aim;
    const { world } = this;
    const request = (ask.personal ? null : kept.get(side)) ?? (await ask.make({ world, side, caller }));
    kept.set(side, request);
    const got = await this.#send(key, caller, request, ask);
    if (got.status < 300) ask.done?.({ world, side, caller }, request);
    if (ask.once && got.status < 300) kept.delete(side);
    return word(got, ask);
  }

  async #list(key: string, ask: Ask, caller: Caller): Promise<Cell> {
    const shown = await ask.shows!(this.world);
    const request = await ask.make({ world: this.world, side: 'own', caller });
    const got = await this.#send(key, caller, request, ask);
    return got.status < 300
      ? SIDES.map((side) => (got.text.includes(shown[side]) ? '+' : '−')).join(' ')
      : word(got, ask);
  }

  async #send(key: string, caller: Caller, request: Request, ask: Ask): Promise<Got> {
    this.cells += 1;
    const method = key.split(' ')[0] ?? '';
    const got = await this.world.as(caller, { method, ...request });
    if (caller !== 'administratorOfAll') {
      const said = `${request.path} ${JSON.stringify(request.body ?? '')} ${request.file?.bytes.toString() ?? ''}`;
      const may = ask.mayTell?.words(this.world) ?? [];
      const told = foreignWords(this.world).filter(
        (one) => got.text.includes(one) && !said.includes(one) && !may.includes(one),
      );
      if (told.length > 0) this.leaks.push(`${key} tells ${caller} ${told.join(', ')}: ${got.text.slice(0, 300)}`);
    }
    return got;
  }
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function rowsOf(text: string): Map<string, string[]> {
  const lines = text.split('\n').filter((line) => line.startsWith('| `'));
  return new Map(
    lines.map((line) => {
      const [key = '', ...cells] = line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim());
      return [key.replaceAll('`', ''), cells];
    }),
  );
}

describe('the access matrix: every caller, every operation, own and foreign subtree', function () {
  this.timeout(180_000);
  let world: World;
  let matrix: Matrix;
  let operations: string[];
  const reviewed = existsSync(FILE) ? rowsOf(readFileSync(FILE, 'utf8')) : new Map<string, string[]>();
  const found = new Map<string, string[]>();
  const isWriting = process.env['ACCESS_MATRIX'] === 'write';

  before(async () => {
    world = await World.open();
    matrix = new Matrix(world);
    const { paths } = await world.admin('get', '/openapi.json');
    operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method} ${path}`),
    );
  });
  after(() => world?.close());
  afterEach(function () {
    if (this.currentTest?.state === 'failed') console.error(world?.service.output().slice(-2_000));
  });

  it('has a place for every operation of the service, and for no other', () => {
    const asked = new Set(Object.keys(ASKS).map((key) => key.replace(/ \(.*\)$/, '')));
    expect(
      operations.filter((one) => !asked.has(one)),
      'new operations must be placed',
    ).to.deep.equal([]);
    expect(
      [...asked].filter((one) => !operations.includes(one)),
      'gone',
    ).to.deep.equal([]);
    if (!isWriting) expect([...reviewed.keys()], 'the reviewed rows').to.have.members(Object.keys(ASKS));
  });

  for (const [key, ask] of Object.entries(ASKS)) {
    it(key, async () => {
      const cells = await matrix.row(key, ask);
      found.set(key, cells);
      if (isWriting) return;
      const wanted = reviewed.get(key) ?? [];
      const shown = (list: readonly string[]) => Object.fromEntries(CALLERS.map((caller, i) => [caller, list[i]]));
      expect(shown(cells)).to.deep.equal(shown(wanted));
    });
  }

  it('tells nobody of the branch anything of the foreign one', () => {
    expect(matrix.leaks).to.deep.equal([]);
    console.log(`      ${operations.length} operations, ${found.size} rows, ${matrix.cells} decisions`);
  });

  it('ends a calendar with the right to see its endpoint', async () => {
    const { unitId, endpointId } = world.places.own;
    const person = await world.user(unitId, [{ role: 'operator', unitId }]);
    const token = await world.signIn({ ...person, token: null, userId: person.id, from: '' });
    const path = '/feeds';
    const { body } = await world.wire.send({ method: 'post', path, token, body: { endpointId } });
    const read = () => world.wire.send({ method: 'get', path: new URL(body.url).pathname.replace('/api/v1', '') });
    expect((await read()).status).to.equal(200);
    await world.admin('patch', `/users/${person.id}`, { grants: [] });
    expect((await read()).status).to.equal(404);
  });

  it('stands in a file for review', () => {
    if (!isWriting) return;
    const head = [lineOf(['operation', ...CALLERS]), lineOf(Array.from({ length: CALLERS.length + 1 }, () => '---'))];
    const rows = [...found].map(([key, cells]) => lineOf([`\`${key}\``, ...cells]));
    writeFileSync(FILE, `${[HEAD, ...head, ...rows].join('\n')}\n`);
  });
});
