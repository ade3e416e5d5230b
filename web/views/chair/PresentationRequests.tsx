import type { ReactNode } from 'react';
import { Button, IconButton } from '../../components/Button.tsx';
import { Icon } from '../../components/icons.tsx';
import { pendingKey } from '../../state/hooks.ts';
import type { ChairConsole } from './useChair.ts';
import { useChairWords } from './words.ts';

const SMALL = 'min-h-9! shrink-0 px-2.5! text-sm! rounded-md! whitespace-nowrap';

/** Who presents, and who asks to: let it, or decline. Nothing is drawn while nobody does. */
export function PresentationRequests({ console: desk }: { console: ChairConsole }): ReactNode {
  const say = useChairWords();
  const { holder, requests } = desk.snapshot.presentation;
  const nameOf = (id: string): string => desk.snapshot.participants[id]?.shortName ?? '';
  if (holder === null && requests.length === 0) return null;
  return (
    <ul aria-label={say('presentation')}>
      {holder !== null && (
        <Entry words={say('presenting')} name={nameOf(holder)}>
          {desk.commands && (
            <Button
              className={SMALL}
              aria-label={`${say('stopPresent')}: ${nameOf(holder)}`}
              isPending={desk.pending.has(pendingKey('presentation.stop', { endpointId: holder }))}
              onPress={() => desk.act.on('presentation.stop', holder)}
            >
              {say('stopShort')}
            </Button>
          )}
        </Entry>
      )}
      {requests.map((endpointId) => (
        <Entry key={endpointId} words={say('asksPresent')} name={nameOf(endpointId)} isNew>
          {desk.commands && (
            <>
              <Button
                tone="primary"
                className={SMALL}
                aria-label={`${say('letPresent')}: ${nameOf(endpointId)}`}
                isPending={desk.pending.has(pendingKey('presentation.give', { endpointId }))}
                onPress={() => desk.act.on('presentation.give', endpointId)}
              >
                {say('letPresentShort')}
              </Button>
              <IconButton
                icon="x"
                label={`${say('refusePresent')}: ${nameOf(endpointId)}`}
                tip="none"
                className="min-h-9! w-8"
                onPress={() => desk.act.on('presentation.stop', endpointId)}
              />
            </>
          )}
        </Entry>
      ))}
    </ul>
  );
}

function Entry(props: { words: string; name: string; isNew?: boolean; children: ReactNode }): ReactNode {
  const { words, name, isNew = false, children } = props;
  return (
    <li className="flex items-center gap-1.5 border-b border-line/60 py-1">
      <span className="grid size-7 shrink-0 place-items-center rounded-full bg-accent-soft text-accent">
        <Icon name="screen" size={16} />
      </span>
      <span className="min-w-0 grow" title={name}>
        <span className="block truncate text-sm leading-normal font-medium">{name}</span>
        <span role={isNew ? 'status' : undefined} className="block truncate text-xs leading-normal text-accent">
          {words}
        </span>
      </span>
      {children}
    </li>
  );
}
