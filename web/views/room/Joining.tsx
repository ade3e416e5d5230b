import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { ProblemLine, Steps } from '../../components/States.tsx';
import type { Step } from '../../components/States.tsx';
import { useWords } from '../../i18n/index.ts';
import { useStore } from '../../state/hooks.ts';
import { Notice } from './Notice.tsx';
import type { RoomStation } from './roomStation.ts';
import type { Visit } from './visit.ts';
import { roomWords } from './words.ts';

/** The way into a session in four steps, so that a slow one has a name. */
export function Joining({ station, visit }: { station: RoomStation; visit: Visit }): ReactNode {
  const say = useWords(roomWords);
  const line = useStore(station.connection.state);
  const own = useStore(station.own.view);
  const session = useStore(visit.session.view);
  const peer = useStore(visit.peer.view);
  const done = [
    line.status === 'connected',
    own.settled,
    session.status === 'in' && peer.status === 'open',
    peer.remote.length > 0,
  ];
  const labels = [say('step.sign'), say('step.devices'), say('step.server'), say('step.picture')];
  const active = done.indexOf(false);
  const steps = labels.map((label, i): Step => {
    const failed = i === 2 && peer.problem !== null && peer.status !== 'open';
    const state = done[i] ? 'done' : failed ? 'failed' : i === active ? 'active' : 'waiting';
    return { label, state };
  });
  return (
    <Notice title={say('joining')} icon="users">
      <p className="text-3xl leading-normal">{visit.call.title}</p>
      <Steps steps={steps} className="text-left text-3xl leading-relaxed" />
      {peer.problem && <ProblemLine problem={peer.problem} />}
      <Button size="kiosk" tone="quiet" onPress={() => station.dismiss()}>
        {say('cancel')}
      </Button>
    </Notice>
  );
}
