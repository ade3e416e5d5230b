import type { ReactNode } from 'react';
import { StatusPill } from '../../components/Status.tsx';
import { useWords } from '../../i18n/index.ts';
import { directoryWords } from './words.ts';

/** Whether an endpoint has a device connected: drawing, word and colour. */
export function OnlineState({ online }: { online: boolean }): ReactNode {
  const say = useWords(directoryWords);
  return (
    <StatusPill tone={online ? 'ok' : 'neutral'} icon={online ? 'online' : 'offline'}>
      {say(online ? 'online' : 'offline')}
    </StatusPill>
  );
}
