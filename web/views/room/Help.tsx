import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { useWords } from '../../i18n/index.ts';
import { useRead } from '../../lib/api.ts';
import type { StoredCredential } from '../../state/deviceCredentials.ts';
import { readDay } from './day.ts';
import { HelpLines } from './HelpLines.tsx';
import { roomWords } from './words.ts';

const READ_EVERY_MS = 5 * 60_000;

/** Whom to call, and what to say. It reads the numbers before it is opened: they are wanted when the line is lost. */
export function Help(props: {
  credential: StoredCredential;
  session: string;
  isOpen: boolean;
  onClose: () => void;
}): ReactNode {
  const { credential, session, isOpen, onClose } = props;
  const say = useWords(roomWords);
  const text = credential.credential;
  const day = useRead((signal) => readDay(text, signal), text, READ_EVERY_MS);
  const lines = day.data?.help ?? [];
  const known = lines.length > 0;
  return (
    <Dialog
      title={say('help')}
      isOpen={isOpen}
      onClose={onClose}
      footer={
        <Button size="kiosk" autoFocus onPress={onClose}>
          {say('helpClose')}
        </Button>
      }
    >
      <div className="flex flex-col gap-5">
        <p className="text-2xl leading-normal">{say(known ? 'helpCall' : 'helpNone')}</p>
        {known && <HelpLines lines={lines} className="text-2xl *:flex-col *:items-start" />}
        <div className="border-t border-line pt-4">
          <p className="text-3xl leading-normal font-bold">{credential.endpoint.name}</p>
          <p className="mt-1 text-2xl leading-normal">{session}</p>
        </div>
      </div>
    </Dialog>
  );
}
