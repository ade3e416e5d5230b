import type { Logger } from 'typeorm';
import type { Log } from '../log.ts';

/** Leads TypeORM's words into our log. Errors are debug: whoever asked gets them thrown, and decides what they mean. */
export class OrmLog implements Logger {
  private readonly out: Log;

  constructor(out: Log) {
    this.out = out;
  }

  logQuery(): void {}

  logQueryError(error: string | Error, query: string): void {
    this.out.debug({ err: error, query: query.slice(0, 300) }, 'a query failed');
  }

  logQuerySlow(time: number, query: string): void {
    this.out.warn({ ms: time, query: query.slice(0, 300) }, 'a query was slow');
  }

  logSchemaBuild(): void {}

  logMigration(message: string): void {
    this.out.info(message);
  }

  log(level: 'log' | 'info' | 'warn', message: unknown): void {
    this.out[level === 'warn' ? 'warn' : 'debug'](String(message));
  }
}
