import type { UserActor } from '../accounts/actor.ts';
import { audit } from '../audit.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/dataSource.ts';
import { isForeignKey } from '../db/dbErrors.ts';
import { AppError } from '../errors.ts';
import { DayRights } from './dayRights.ts';
import type { LevelRow } from './directory.entity.ts';
import { putLevel, removeLevel } from './directory.store.ts';
import type { WantedLevel } from './directory.store.ts';
import type { DirectoryService } from './directoryService.ts';
import { tidyName } from './fold.ts';

/** Levels are rows: which there are, what they are called and how they rank is the organisation's own affair. */
export class Levels {
  private readonly db: Database;
  private readonly directory: DirectoryService;
  private readonly clock: Clock;

  /** Wires the parts; nothing is read yet. */
  constructor(db: Database, directory: DirectoryService, clock: Clock) {
    this.db = db;
    this.directory = directory;
    this.clock = clock;
  }

  /** Adds a level or changes it; an English name that is left out stays. @throws AppError not_allowed */
  async put(actor: UserActor, wanted: WantedLevel): Promise<LevelRow> {
    await this.assertMay(actor);
    const { code, nameEn, rank } = wanted;
    const level = { code, name: tidyName(wanted.name), nameEn: nameEn ? tidyName(nameEn) : nameEn, rank };
    const after = await this.db.transaction(async (m) => {
      const put = await putLevel(m, level);
      const entry = { action: 'level.put', subject: `level:${code}`, unitId: null, ...put };
      await audit(m, actor, this.clock.now(), [entry]);
      return put.after;
    });
    this.directory.forget();
    return after;
  }

  /** @throws AppError not_allowed, not_found, plan_refused while a unit has the level */
  async remove(actor: UserActor, code: string): Promise<void> {
    await this.assertMay(actor);
    const work = this.db.transaction(async (m) => {
      const before = await removeLevel(m, code);
      if (!before) throw new AppError('not_found', 'There is no such level.');
      await audit(m, actor, this.clock.now(), [
        { action: 'level.removed', subject: `level:${code}`, unitId: null, before },
      ]);
    });
    await work.catch((err: unknown) => {
      if (!isForeignKey(err)) throw err;
      throw new AppError('plan_refused', 'Units have this level, or had it: give them another one first.', {
        cause: err,
      });
    });
    this.directory.forget();
  }

  private async assertMay(actor: UserActor): Promise<void> {
    const today = this.directory.today();
    const rights = new DayRights(actor, await this.directory.rows(), today, today);
    if (rights.administers(null)) return;
    throw new AppError('not_allowed', 'This needs the role administrator over the whole organisation.');
  }
}
