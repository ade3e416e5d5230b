import { useState } from 'react';
import type { ReactNode } from 'react';
import { Menu, MenuItem } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { holdsFloor, inSession } from '../../../server/protocol/derive.ts';
import { ROLL_STATES } from '../../../server/protocol/snapshot.ts';
import { ConfirmDialog } from '../../components/Dialog.tsx';
import type { ChairConsole } from './useChair.ts';
import { useChairWords } from './words.ts';
import type { SayChair } from './words.ts';

/** Which endpoint's actions are open, and beside what. */
export interface MenuPlace {
  endpointId: string;
  anchor: HTMLElement;
}

interface Entry {
  id: string;
  words: string;
  run: () => void;
  grave?: boolean;
}

/** The chair's actions on one endpoint; what cannot be taken back is asked first. */
export function EndpointMenu(props: {
  console: ChairConsole;
  place: MenuPlace | null;
  onClose: () => void;
  /** asks for the reason of an absence */
  onAbsent: (endpointId: string) => void;
}): ReactNode {
  const { console: desk, place, onClose, onAbsent } = props;
  const say = useChairWords();
  const [asking, setAsking] = useState<{ act: 'remove' | 'handOver'; endpointId: string } | null>(null);
  const ask = (act: 'remove' | 'handOver', endpointId: string): void => setAsking({ act, endpointId });
  const acts = place ? entriesFor(desk, place.endpointId, say, ask) : [];
  const roll = place ? rollEntries(desk, place.endpointId, say, onAbsent) : [];
  const entries = [...acts.filter((one) => !one.grave), ...roll, ...acts.filter((one) => one.grave)];
  const name = desk.snapshot.participants[asking?.endpointId ?? place?.endpointId ?? '']?.shortName ?? '';
  return (
    <>
      {place && (
        <Popover
          triggerRef={{ current: place.anchor }}
          isOpen
          onOpenChange={(open) => !open && onClose()}
          placement="right top"
          className="rounded-xl border border-line bg-raised p-1.5 text-ink shadow-high"
        >
          <Menu
            autoFocus="first"
            aria-label={say('actions', { name })}
            className="outline-none"
            onAction={(key) => {
              onClose();
              entries.find((entry) => entry.id === key)?.run();
            }}
          >
            {entries.map((entry) => (
              <MenuItem
                key={entry.id}
                id={entry.id}
                className={`flex min-h-11 cursor-pointer items-center rounded-lg px-4 text-[0.9375rem] data-[focused]:bg-accent-soft ${entry.grave ? 'text-bad' : ''}`}
              >
                {entry.words}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      )}
      <ConfirmDialog
        title={say(asking?.act === 'handOver' ? 'handOverTitle' : 'removeTitle', { name })}
        consequence={say(asking?.act === 'handOver' ? 'handOverFor' : 'removeFor')}
        action={say(asking?.act === 'handOver' ? 'handOver' : 'remove')}
        isOpen={asking !== null}
        onClose={() => setAsking(null)}
        onConfirm={() => {
          if (asking) desk.act.on(asking.act === 'remove' ? 'session.remove' : 'chair.handOver', asking.endpointId);
          setAsking(null);
        }}
      />
    </>
  );
}

/** What may be done with this endpoint now. */
function entriesFor(
  desk: ChairConsole,
  endpointId: string,
  say: SayChair,
  ask: (act: 'remove' | 'handOver', endpointId: string) => void,
): Entry[] {
  const { snapshot: s, act } = desk;
  const p = s.participants[endpointId];
  if (!p) return [];
  const entries: Entry[] = [];
  const add = (id: string, words: string, run: () => void, grave = false): void => {
    entries.push({ id, words, run, grave });
  };
  const isIn = inSession(p);
  const isChair = s.chair.endpointId === endpointId;
  const pinned = s.stage.pinned && s.stage.endpointId === endpointId;
  const presents = s.presentation.holder === endpointId;
  if (isIn && s.rollCall?.open) add('call', say('callName'), () => act.on('rollCall.call', endpointId));
  if (isIn && holdsFloor(s, endpointId)) add('stop', say('stop'), () => act.on('floor.release', endpointId));
  else if (isIn) add('give', say('invite'), () => act.on('floor.give', endpointId));
  if (isIn && p.micOpen) add('mute', say('mute'), () => act.mute(endpointId));
  if (!isChair) {
    const allow = !p.micAllowed;
    add('allow', say(allow ? 'allow' : 'disallow'), () => act.allow(endpointId, allow));
  }
  if (isIn) add('stage', say(pinned ? 'fromStage' : 'toStage'), () => act.stage(pinned ? null : endpointId));
  if (isIn) {
    const command = presents ? 'presentation.stop' : 'presentation.give';
    add('present', say(presents ? 'stopPresent' : 'givePresent'), () => act.on(command, endpointId));
  }
  if (isIn && !isChair) add('handOver', say('handOver'), () => ask('handOver', endpointId));
  if (!isChair && !p.removed) add('remove', say('remove'), () => ask('remove', endpointId), true);
  return entries;
}

/** Answers of the open roll call that the endpoint does not have yet. */
function rollEntries(
  desk: ChairConsole,
  endpointId: string,
  say: SayChair,
  onAbsent: (endpointId: string) => void,
): Entry[] {
  const roll = desk.snapshot.rollCall;
  if (!roll?.open) return [];
  const known = roll.entries[endpointId]?.state ?? 'not_called';
  return ROLL_STATES.filter((state) => state !== known).map((state) => ({
    id: `roll.${state}`,
    words: say('rollAs', { state: say(`roll.${state}`) }),
    run: () => (state === 'absent' ? onAbsent(endpointId) : desk.act.rollCorrect(endpointId, state)),
  }));
}
