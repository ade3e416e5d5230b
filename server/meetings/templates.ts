import type { UserActor } from '../accounts/actor.ts';
import { MEETING_ROLES, visibleUnits } from '../accounts/rights.ts';
import { isDuplicateKey } from '../db/dbErrors.ts';
import { newId } from '../db/uuid.ts';
import { nameKey, tidyName } from '../directory/fold.ts';
import { AppError } from '../errors.ts';
import type { Template } from '../protocol/meetings.ts';
import type { TemplateRow } from './calendar.entity.ts';
import { deleteTemplate, insertTemplate, listTemplates, readTemplate, replaceTemplate } from './calendar.store.ts';
import { changedMeanwhile } from './meetingDesk.ts';
import type { MeetingDesk } from './meetingDesk.ts';
import { mayPlan } from './meetingRights.ts';

/** Forms of meetings that are held again and again. A unit's templates serve everybody who plans below it. */
export class Templates {
  readonly #desk: MeetingDesk;

  /** Wires the parts. */
  constructor(desk: MeetingDesk) {
    this.#desk = desk;
  }

  /** @returns the templates of the units that the actor plans for, and of those above them */
  async list(actor: UserActor): Promise<Template[]> {
    const tree = await this.#desk.directory.tree();
    const units = visibleUnits(actor, tree, MEETING_ROLES);
    const above = [...units].flatMap((unitId) => tree.ancestors(unitId).map((unit) => unit.id));
    const rows = await this.#desk.read((m) => listTemplates(m, [...new Set([...units, ...above])]));
    return rows.map((row) => viewOf(row, units.has(row.unitId)));
  }

  /** @throws AppError not_allowed, name_taken */
  async create(actor: UserActor, body: Pick<Template, 'name' | 'unitId' | 'form'>): Promise<Template> {
    await this.#assertMay(actor, body.unitId);
    const name = tidyName(body.name);
    const row = {
      id: newId(),
      name,
      nameKey: nameKey(name),
      unitId: body.unitId,
      form: JSON.stringify(body.form),
      version: 1,
    };
    await this.#named(() => this.#desk.db.transaction((m) => insertTemplate(m, row)));
    return viewOf(row, true);
  }

  /** @throws AppError not_found, not_allowed, name_taken, version_conflict */
  async change(
    actor: UserActor,
    id: string,
    body: { name?: string | undefined; form?: Template['form'] | undefined },
    version: number | null,
  ): Promise<Template> {
    const before = await this.#own(actor, id);
    if (version !== null && version !== before.version) throw changedMeanwhile();
    const name = tidyName(body.name ?? before.name);
    const form = body.form ? JSON.stringify(body.form) : before.form;
    const after = { ...before, name, nameKey: nameKey(name), form };
    if (!(await this.#named(() => this.#desk.db.transaction((m) => replaceTemplate(m, after)))))
      throw changedMeanwhile();
    return viewOf({ ...after, version: before.version + 1 }, true);
  }

  /** @throws AppError not_found, not_allowed */
  async remove(actor: UserActor, id: string): Promise<void> {
    await this.#own(actor, id);
    await this.#desk.db.transaction((m) => deleteTemplate(m, id));
  }

  async #own(actor: UserActor, id: string): Promise<TemplateRow> {
    const row = await this.#desk.read((m) => readTemplate(m, id));
    if (!row) throw new AppError('not_found', 'There is no such template.');
    await this.#assertMay(actor, row.unitId);
    return row;
  }

  async #assertMay(actor: UserActor, unitId: string): Promise<void> {
    if (mayPlan(actor, unitId, await this.#desk.directory.tree())) return;
    throw new AppError('not_allowed', 'Templates of a unit are kept by who plans its meetings.');
  }

  async #named<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (err) {
      if (isDuplicateKey(err)) throw new AppError('name_taken', 'The unit has a template of this name.');
      throw err;
    }
  }
}

function viewOf(row: TemplateRow, change: boolean): Template {
  const { id, name, unitId, version } = row;
  return { id, name, unitId, version, form: JSON.parse(row.form) as Template['form'], may: { change } };
}
