import type { Ratio } from './statistics.ts';

/** What a value has to be. */
export interface Goal {
  atMost?: number;
  atLeast?: number;
  exactly?: number;
  /** added to the number in the table, e.g. `x bare` */
  of?: string;
}

/**
 * `told`: nothing was promised of it; `invalid`: the machine was too busy; `absent`: what it is compared with is not
 * installed here; `FAILED`: the benchmark itself broke.
 */
export type Verdict = 'holds' | 'MISSED' | 'told' | 'invalid' | 'absent' | 'FAILED';

/** One result: a line of the table. */
export interface Result {
  id: string;
  load: string;
  metric: string;
  value: number | null;
  unit: string;
  goal: Goal | null;
  verdict: Verdict;
  ratio?: Ratio;
  /** raw values behind it, for who reads the JSON */
  detail?: Record<string, unknown>;
  /** a sentence beside it */
  note?: string;
}

/** Whether a value is what the goal wants. */
export function meets(value: number, goal: Goal): boolean {
  const { atMost = Infinity, atLeast = -Infinity, exactly } = goal;
  if (Number.isNaN(value)) return false;
  return value <= atMost && value >= atLeast && (exactly === undefined || value === exactly);
}

/**
 * @param disturbed others used the machine meanwhile. What is counted, not timed, is right all the same.
 */
export function verdictOf(value: number | null, goal: Goal | null, disturbed: boolean): Verdict {
  if (value === null) return 'absent';
  if (disturbed) return 'invalid';
  if (!goal) return 'told';
  return meets(value, goal) ? 'holds' : 'MISSED';
}

/** A number with three digits that matter. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  return value.toFixed(digits);
}

/** The goal as the table shows it. */
export function goalText(goal: Goal | null): string {
  if (!goal) return '';
  const parts = [
    goal.exactly === undefined ? '' : `= ${figure(goal.exactly)}`,
    goal.atLeast === undefined ? '' : `>= ${figure(goal.atLeast)}`,
    goal.atMost === undefined ? '' : `<= ${figure(goal.atMost)}`,
  ];
  return [parts.filter(Boolean).join(' and '), goal.of ?? ''].filter(Boolean).join(' ');
}

function valueText({ value, unit, ratio }: Result): string {
  if (value === null) return '-';
  const spread = ratio ? ` (${figure(ratio.min)}..${figure(ratio.max)}, ${ratio.pairs})` : '';
  return `${figure(value)}${unit ? ` ${unit}` : ''}${spread}`;
}

/** The results as lines of a table: id, load, metric, value, goal, verdict. */
export function tableOf(results: readonly Result[]): string {
  const head = ['id', 'load', 'metric', 'value (min..max, pairs)', 'goal', 'verdict'];
  const rows = results.map((r) => [r.id, r.load, r.metric, valueText(r), goalText(r.goal), r.verdict]);
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]?.length ?? 0)));
  const line = (row: string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const notes = results.flatMap((r) => (r.note ? [`${r.id} ${r.metric}: ${r.note}`] : []));
  return [line(head), rule, ...rows.map(line), ...(notes.length > 0 ? ['', ...new Set(notes)] : [])].join('\n');
}
