import { Refusal } from '../protocol/errors.ts';
import type { SessionSnapshot } from '../protocol/snapshot.ts';
import { chairRules } from './chair.ts';
import { floorRules } from './floor.ts';
import { lifecycleRules } from './lifecycle.ts';
import { microphoneRules } from './microphones.ts';
import { modeRules } from './modes.ts';
import { hasChair, ownEndpoint, refuseUnlessMay } from './permissions.ts';
import type { RuledCommandName, SessionActor, SessionCommand } from './permissions.ts';
import { presentationRules } from './presentation.ts';
import { rollCallRules } from './rollCall.ts';
import type { Decision, Rule, Rules } from './rules.ts';
import { stageRules } from './stage.ts';

const RULES: Rules = {
  ...chairRules,
  ...modeRules,
  ...floorRules,
  ...microphoneRules,
  ...stageRules,
  ...presentationRules,
  ...rollCallRules,
  ...lifecycleRules,
};

/**
 * Decides a command of a client: who may, then whether the session is open, then the rule of the command.
 * @param command the name and the parsed input; `sessionId` and `key` are not looked at
 * @param now epoch milliseconds
 * @returns the facts to record (none: done already), or the refusal
 */
export function decide(s: SessionSnapshot, command: SessionCommand, actor: SessionActor, now: number): Decision {
  const { name, input } = command;
  const named = 'endpointId' in input ? (input.endpointId ?? undefined) : undefined;
  const refused = refuseUnlessMay(s, name, named, actor);
  if (refused) return refused;
  if (s.phase !== 'open') return new Refusal('wrong_phase', `the session is ${s.phase}`);
  // the table pairs each name with its own rule, which the compiler cannot follow through a union
  const rule = RULES[name] as Rule<RuledCommandName>;
  return rule({ s, input, own: ownEndpoint(s, actor), chair: hasChair(s, actor), now });
}
