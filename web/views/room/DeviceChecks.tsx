import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { Icon } from '../../components/icons.tsx';
import type { IconName } from '../../components/icons.tsx';
import { useWords } from '../../i18n/index.ts';
import { listDevices } from '../../media/devices.ts';
import type { OwnDevice, OwnMedia } from '../../media/ownMedia.ts';
import { useStore } from '../../state/hooks.ts';
import { roomWords } from './words.ts';

/** Whether camera and microphone work, and what to do where they do not. */
export function DeviceChecks({ own }: { own: OwnMedia }): ReactNode {
  const say = useWords(roomWords);
  const { camera, microphone, settled } = useStore(own.view);
  const speaker = useSpeaker(settled);
  const problem = camera.problem ?? microphone.problem;
  return (
    <div className="flex flex-col gap-4">
      <ul className="flex flex-col gap-4 text-2xl">
        <Row icon="camera" name={say('camera')} device={camera} />
        <Row icon="mic" name={say('microphone')} device={microphone} />
        <Row icon="speaker" name={say('speaker')} device={speaker} />
      </ul>
      {problem && (
        <div role="alert" className="flex flex-col gap-4 rounded-2xl border border-warn/50 bg-warn-soft p-5">
          <p className="text-xl leading-normal">{say(`problem.${problem}`)}</p>
          {problem !== 'insecure' && (
            <Button size="kiosk" icon="refresh" className="self-start" onPress={() => void own.check()}>
              {say('retry')}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

/** The loudspeaker that the browser plays on, as far as it tells: not every browser does. */
function useSpeaker(settled: boolean): OwnDevice {
  const [label, setLabel] = useState<string | null>(null);
  useEffect(() => {
    void listDevices('speaker').then(([first]) => setLabel(first?.label ?? null));
  }, [settled]);
  return { track: null, problem: null, label };
}

function Row({ icon, name, device }: { icon: IconName; name: string; device: OwnDevice }): ReactNode {
  const say = useWords(roomWords);
  const works = device.label !== null && device.problem === null;
  const state = works ? say('works') : device.problem ? null : say('notChecked');
  return (
    <li className="flex items-center gap-4">
      <Icon name={icon} className="shrink-0 text-muted" />
      <span className="w-32 shrink-0 font-semibold">{name}</span>
      <Icon
        name={works ? 'check' : device.problem ? 'warning' : 'clock'}
        className={`shrink-0 ${works ? 'text-ok' : device.problem ? 'text-warn' : 'text-muted'}`}
      />
      <span className="min-w-0 truncate text-xl text-muted">
        {works ? device.label || say('unnamedDevice') : state}
      </span>
    </li>
  );
}
