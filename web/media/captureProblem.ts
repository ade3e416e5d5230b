/** Why a camera or microphone stays dark: each has its own sentence on the screens. */
export type CaptureProblem = 'insecure' | 'denied' | 'missing' | 'busy' | 'constraint' | 'failed';

const BY_NAME: Record<string, CaptureProblem> = {
  NotAllowedError: 'denied',
  PermissionDeniedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'missing',
  DevicesNotFoundError: 'missing',
  NotReadableError: 'busy',
  TrackStartError: 'busy',
  AbortError: 'busy',
  OverconstrainedError: 'constraint',
};

/** @returns the reason behind what `getUserMedia` threw */
export function captureProblem(error: unknown): CaptureProblem {
  const name = typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : '';
  return BY_NAME[name] ?? 'failed';
}

/** @returns whether another device of the same kind may work where this one did not */
export function worthAnother(problem: CaptureProblem): boolean {
  return problem === 'missing' || problem === 'busy' || problem === 'constraint' || problem === 'failed';
}
