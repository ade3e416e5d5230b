import { useState } from 'react';
import type { ReactNode } from 'react';
import { Menu, MenuItem } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { inSession } from '../../../server/protocol/derive.ts';
import { ConfirmDialog } from '../../components/Dialog.tsx';
import { useWords } from '../../i18n/index.ts';
import type { ChairConsole } from './useChair.ts';
import { chairWords } from './words.ts';

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
}): ReactNode {
  const { console: desk, place, onClose } = props;
  const say = useWords(chairWords);
  const [asking, setAsking] = useState<{ act: 'remove' | 'handOver'; endpointId: string } | null>(null);
  const ask = (act: 'remove' | 'handOver', endpointId: string): void => setAsking({ act, endpointId });
  const entries = place ? entriesFor(desk, place.endpointId, say, ask) : [];
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

type SayChair = (key: Parameters<ReturnType<typeof useWords<typeof words>>>[0]) => string;
