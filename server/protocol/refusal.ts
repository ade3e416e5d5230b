import type { ErrorCode } from './errors.ts';

/** A rule said no. Thrown or returned by pure code; becomes a problem at the edge. */
export class Refusal {
  readonly code: ErrorCode;
  readonly detail: string;
  /**
   * @param code entry of the closed table
   * @param detail one English sentence for the log and for integrators
   */
  constructor(code: ErrorCode, detail: string) {
    this.code = code;
    this.detail = detail;
  }
}
