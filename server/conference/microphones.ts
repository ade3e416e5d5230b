import { isChairEndpoint, mayOpenMic } from '../protocol/derive.ts';
import { Refusal } from '../protocol/errors.ts';
import type { SessionSnapshot } from '../protocol/snapshot.ts';
import { find, findOwn } from './rules.ts';
import type { Decision, Rules } from './rules.ts';

function muteOther(s: SessionSnapshot, endpointId: string, muted: boolean): Decision {
  const p = find(s, endpointId);
  if (p instanceof Refusal) return p;
  if (!muted) return new Refusal('mic_not_allowed', "another's microphone is opened by giving it the floor");
  return p.micOpen ? [{ type: 'micMuted', endpointId, byChair: true }] : [];
}

function muteOwn(s: SessionSnapshot, own: string | null, muted: boolean): Decision {
  const p = findOwn(s, own);
  if (p instanceof Refusal) return p;
  const { endpointId } = p;
  if (muted) return p.micOpen ? [{ type: 'micMuted', endpointId, byChair: false }] : [];
  if (!mayOpenMic(s, endpointId))
    return new Refusal('mic_not_allowed', 'this endpoint may not open its microphone now');
  return p.micOpen ? [] : [{ type: 'micOpened', endpointId }];
}

/** Nothing is left to silence: nobody but the chair's endpoint has an open microphone or the floor. */
function isSilent(s: SessionSnapshot): boolean {
  const open = Object.values(s.participants).some((p) => p.micOpen && !isChairEndpoint(s, p.endpointId));
  return !open && s.floor.holders.every((h) => isChairEndpoint(s, h.endpointId));
}

/** Muting one or all, and who may open beyond the floor mode. */
export const microphoneRules = {
  'mic.mute': ({ s, input, own }) =>
    input.endpointId === undefined || input.endpointId === own
      ? muteOwn(s, own, input.muted)
      : muteOther(s, input.endpointId, input.muted),
  'mic.muteAll': ({ s, input }) => {
    // self-unmute is a rule of the discussion alone; in the other modes the button only silences
    const selfUnmute = s.floorMode === 'discussion' ? input.selfUnmute : s.selfUnmute;
    if (isSilent(s) && selfUnmute === s.selfUnmute) return [];
    return [{ type: 'allMuted', except: [s.chair.endpointId], selfUnmute }];
  },
  'mic.allow': ({ s, input: { endpointId, allowed } }) => {
    if (endpointId === undefined) return s.selfUnmute === allowed ? [] : [{ type: 'selfUnmuteSet', allowed }];
    const p = find(s, endpointId);
    if (p instanceof Refusal) return p;
    return p.micAllowed === allowed ? [] : [{ type: 'micAllowedSet', endpointId, allowed }];
  },
} satisfies Partial<Rules>;
