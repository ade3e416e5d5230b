import { AsyncLocalStorage } from 'node:async_hooks';
import type BetterSqlite3 from 'better-sqlite3';
import type { DataSource, QueryRunner } from 'typeorm';
import type { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver.js';
import { BetterSqlite3QueryRunner } from 'typeorm/driver/better-sqlite3/BetterSqlite3QueryRunner.js';

/**
 * TypeORM shares one query runner among all users of a SQLite file: a second transaction becomes a savepoint inside the
 * first and is lost with it. Here every caller has a runner of its own and the one connection is handed round in order.
 */

interface Waiter {
  runner: object;
  go: () => void;
}

/** One transaction opened by `Database.transaction`; marks the code that runs inside of it. */
interface Inside {
  open: boolean;
}

/** First-come-first-served key to the only connection. */
class Gate {
  private holder: object | null = null;
  private heldSince = 0;
  private readonly waiting: Waiter[] = [];
  private readonly timeoutMs: number;
  readonly inside = new AsyncLocalStorage<Inside>();

  constructor(timeoutMs: number) {
    this.timeoutMs = timeoutMs;
  }

  enter(runner: object): Promise<void> {
    if (this.holder === null) {
      this.hold(runner);
      return Promise.resolve();
    }
    // waiting here would wait for itself: the caller holds the connection through its own transaction
    if (this.inside.getStore()?.open) {
      return Promise.reject(new Error('A query outside of its own transaction: use the transaction’s manager.'));
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { runner, go: () => (clearTimeout(timer), resolve()) };
      const giveUp = () => {
        // a long queue is no fault while it moves
        const left = this.heldSince + this.timeoutMs - performance.now();
        if (left > 0) {
          timer = setTimeout(giveUp, left);
          return;
        }
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        const words = `One transaction has kept the database for ${this.timeoutMs} ms: does it wait for a query outside of itself?`;
        reject(Object.assign(new Error(words), { code: 'GATE_TIMEOUT' }));
      };
      let timer = setTimeout(giveUp, this.timeoutMs);
      this.waiting.push(waiter);
    });
  }

  leave(runner: object): void {
    if (this.holder !== runner) return;
    const next = this.waiting.shift();
    this.hold(next?.runner ?? null);
    next?.go();
  }

  private hold(runner: object | null): void {
    this.holder = runner;
    this.heldSince = performance.now();
  }
}

type Driver = BetterSqlite3Driver & { databaseConnection: BetterSqlite3.Database };

class GatedRunner extends BetterSqlite3QueryRunner {
  private holds = false;
  private readonly gate: Gate;

  constructor(driver: Driver, gate: Gate, statements: Map<string, unknown>) {
    super(driver);
    this.gate = gate;
    // prepared statements belong to the connection, not to a runner that lives for one query
    Reflect.set(this, 'stmtCache', statements);
  }

  override async query(
    query: string,
    parameters?: unknown[],
    structured?: boolean,
  ): ReturnType<BetterSqlite3QueryRunner['query']> {
    if (this.holds) {
      // the write lock from the start: a transaction that turns from reading to writing could fail half-way
      return super.query(query === 'BEGIN TRANSACTION' ? 'BEGIN IMMEDIATE TRANSACTION' : query, parameters, structured);
    }
    if (this.isReleased) return super.query(query, parameters, structured);
    await this.gate.enter(this);
    try {
      return await super.query(query, parameters, structured);
    } finally {
      this.gate.leave(this);
    }
  }

  override async startTransaction(isolation?: Parameters<QueryRunner['startTransaction']>[0]): Promise<void> {
    const first = !this.holds;
    if (first) {
      await this.gate.enter(this);
      this.holds = true;
    }
    try {
      await super.startTransaction(isolation);
    } catch (err) {
      if (first) this.done();
      throw err;
    }
  }

  override async commitTransaction(): Promise<void> {
    await super.commitTransaction();
    if (!this.isTransactionActive) this.done();
  }

  override async rollbackTransaction(): Promise<void> {
    const outermost = this.transactionDepth <= 1;
    try {
      await super.rollbackTransaction();
    } finally {
      if (outermost) this.done();
    }
  }

  override async release(): Promise<void> {
    this.done();
    await super.release();
    this.isReleased = true;
  }

  /** Hands the connection on, never with a transaction still open on it. */
  private done(): void {
    if (!this.holds) return;
    const connection = (this.driver as Driver).databaseConnection;
    if (connection.open && connection.inTransaction) connection.exec('ROLLBACK');
    this.isTransactionActive = false;
    this.transactionDepth = 0;
    this.holds = false;
    this.gate.leave(this);
  }
}

/**
 * Puts the gate before a SQLite data source; to be called between `new DataSource` and `initialize`.
 * @param timeoutMs how long one transaction may keep others waiting before they fail
 * @returns wraps a transaction, so that a query of its own that goes past its manager fails at once
 */
export function gateSqlite(dataSource: DataSource, timeoutMs: number): <T>(run: () => Promise<T>) => Promise<T> {
  const gate = new Gate(timeoutMs);
  const statements = new Map<string, unknown>();
  const driver = dataSource.driver as Driver;
  driver.createQueryRunner = () => new GatedRunner(driver, gate, statements);
  const normalizeType = driver.normalizeType.bind(driver);
  // `longTextColumn`: SQLite has one text type without a limit
  driver.normalizeType = (column) => (column.type === 'mediumtext' ? 'text' : normalizeType(column));
  return async (run) => {
    const mark: Inside = { open: true };
    try {
      return await gate.inside.run(mark, run);
    } finally {
      mark.open = false;
    }
  };
}
