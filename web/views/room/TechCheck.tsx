import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { Select } from '../../components/fields.tsx';
import { LevelMeter } from '../../components/Network.tsx';
import { useWords } from '../../i18n/index.ts';
import { listDevices } from '../../media/devices.ts';
import type { CaptureKind, LocalDevice } from '../../media/devices.ts';
import { playTestTone } from '../../media/levelMeter.ts';
import type { LevelMeter as Meter } from '../../media/levelMeter.ts';
import type { OwnMedia } from '../../media/ownMedia.ts';
import { VideoView } from '../../media/VideoView.tsx';
import { useStore } from '../../state/hooks.ts';
import { DeviceChecks } from './DeviceChecks.tsx';
import type { RoomStation } from './roomStation.ts';
import { roomWords } from './words.ts';

const SILENT_MS = 10_000;

/** Picture, microphone and loudspeaker on one screen; every fault with the sentence that mends it. */
export function TechCheck({ station, onDone }: { station: RoomStation; onDone: () => void }): ReactNode {
  const say = useWords(roomWords);
  const { own } = station;
  useEffect(() => own.hold(), [own]);
  const { camera } = useStore(own.view);
  const meter = useStore(own.meter);
  return (
    <main className="flex grow flex-col gap-6 px-[4vw] py-[3vh]">
      <div className="flex flex-wrap items-center justify-between gap-4">
        <h1 className="text-4xl leading-normal font-bold">{say('check')}</h1>
        <Button size="kiosk" tone="primary" autoFocus onPress={onDone}>
          {say('checkDone')}
        </Button>
      </div>
      <div className="grid grow grid-cols-1 gap-8 lg:grid-cols-2">
        <section className="flex flex-col gap-4" aria-label={say('checkCamera')}>
          <VideoView
            track={camera.track}
            place="preview"
            label={say('checkCamera')}
            mirrored
            className="aspect-video w-full rounded-3xl border border-line bg-sunken"
          />
          <Chooser own={own} kind="camera" label={say('chooseCamera')} />
          <DeviceChecks own={own} />
        </section>
        <section className="flex flex-col gap-6">
          <h2 className="text-3xl font-semibold">{say('checkSpeak')}</h2>
          {meter ? <Level meter={meter} /> : <LevelMeter level={0} label={say('checkLevel')} className="h-10!" />}
          <Chooser own={own} kind="microphone" label={say('chooseMicrophone')} />
          <h2 className="text-3xl font-semibold">{say('checkTone')}</h2>
          <p className="text-2xl text-muted">{say('toneAsk')}</p>
          <div className="flex flex-wrap gap-4">
            <Button size="kiosk" icon="speaker" onPress={() => playTestTone(-1)}>
              {say('toneLeft')}
            </Button>
            <Button size="kiosk" icon="speaker" onPress={() => playTestTone(1)}>
              {say('toneRight')}
            </Button>
            <Button size="kiosk" icon="speaker" onPress={() => playTestTone(0)}>
              {say('toneBoth')}
            </Button>
          </div>
        </section>
      </div>
    </main>
  );
}

function Level({ meter }: { meter: Meter }): ReactNode {
  const say = useWords(roomWords);
  const { level, silentMs } = useStore(meter.level);
  return (
    <div className="flex flex-col gap-3">
      {/* the ear hears by ratios: a linear bar would hardly move */}
      <LevelMeter level={Math.sqrt(level)} label={say('checkLevel')} className="h-10!" />
      {silentMs > SILENT_MS && (
        <p role="alert" className="text-2xl leading-normal text-warn">
          {say('checkSilent')}
        </p>
      )}
    </div>
  );
}

function Chooser({ own, kind, label }: { own: OwnMedia; kind: CaptureKind; label: string }): ReactNode {
  const device = useStore(own.view)[kind];
  const [devices, setDevices] = useState<LocalDevice[]>([]);
  useEffect(() => {
    void listDevices(kind).then((found) => setDevices(found.filter((one) => one.label !== '')));
  }, [kind, device.label]);
  if (devices.length < 2) return null;
  return (
    <Select
      label={label}
      options={devices.map((one) => ({ value: one.label, label: one.label }))}
      value={device.label ?? ''}
      onChange={(chosen) => own.choose(kind, chosen)}
    />
  );
}
