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
    const known = await this.#desk.known(actor);
    return rows.map((row) => viewOf(row, units.has(row.unitId), known));
  }

  /** @throws AppError not_found, also for one of a unit that the actor does not plan for */
  async get(actor: UserActor, id: string): Promise<Template> {
    const found = (await this.list(actor)).find((one) => one.id === id);
    if (found) return found;
    throw new AppError('not_found', 'There is no such template.');
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

  /** @throws AppError not_found, not_allowed, version_conflict */
  async remove(actor: UserActor, id: string, version: number | null): Promise<void> {
    const before = await this.#own(actor, id);
    if (version !== null && version !== before.version) throw changedMeanwhile();
    if (!(await this.#desk.db.transaction((m) => deleteTemplate(m, before)))) throw changedMeanwhile();
  }

  async #own(actor: UserActor, id: string): Promise<TemplateRow> {
    const row = await this.#desk.read((m) => readTemplate(m, id));
    if (!row || !(await this.#isSeen(actor, row.unitId))) throw new AppError('not_found', 'There is no such template.');
    await this.#assertMay(actor, row.unitId);
    return row;
  }

  async #isSeen(actor: UserActor, unitId: string): Promise<boolean> {
    const tree = await this.#desk.directory.tree();
    const units = [...visibleUnits(actor, tree, MEETING_ROLES)];
    return units.some((own) => own === unitId || tree.ancestors(own).some((unit) => unit.id === unitId));
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

/** @param known endpoints that the reader sees; the others of a unit above are not his to know. Null: all of them */
function viewOf(row: TemplateRow, change: boolean, known: ReadonlySet<string> | null = null): Template {
  const { id, name, unitId, version } = row;
  const form = JSON.parse(row.form) as Template['form'];
  const may = { change };
  if (change || known === null) return { id, name, unitId, version, form, may };
  const seen = (endpointId: string | null) => (endpointId !== null && known.has(endpointId) ? endpointId : null);
  const endpointIds = form.endpointIds.filter((endpointId) => known.has(endpointId));
  const agenda = form.agenda.map((item) => ({ ...item, endpointId: seen(item.endpointId) }));
  const shown = { ...form, endpointIds, agenda, chairEndpointId: seen(form.chairEndpointId) };
  return { id, name, unitId, version, form: shown, may };
}
