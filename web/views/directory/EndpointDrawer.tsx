import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Device, Endpoint } from '../../../server/protocol/rest.ts';
import { Button } from '../../components/Button.tsx';
import { ConfirmDialog, Dialog } from '../../components/Dialog.tsx';
import type { IconName } from '../../components/icons.tsx';
import { EmptyState, ErrorState, Spinner } from '../../components/States.tsx';
import { StatusPill } from '../../components/Status.tsx';
import type { Tone } from '../../components/Status.tsx';
import { showProblem, showToast } from '../../components/toasts.ts';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { useRead } from '../../lib/api.ts';
import { calls } from '../../lib/calls.ts';
import { formatAge, formatKbps, formatMoment } from '../../lib/format.ts';
import { useServerNow } from '../../lib/serverClock.ts';
import { ApproveDialog } from './ApproveDialog.tsx';
import { OnlineState } from './OnlineState.tsx';
import { PairingLink } from './PairingLink.tsx';
import { EndpointCard } from './EndpointCard.tsx';
import { directoryWords } from './words.ts';

const STATES: Record<Device['state'], { tone: Tone; icon: IconName }> = {
  waiting: { tone: 'warn', icon: 'clock' },
  active: { tone: 'ok', icon: 'check' },
  revoked: { tone: 'neutral', icon: 'x' },
};

/** An endpoint with its devices. */
export function EndpointDrawer(props: {
  endpoint: Endpoint;
  levelName: string;
  mayChange: boolean;
  onClose: () => void;
  onChanged: () => void;
}): ReactNode {
  const { endpoint, levelName, mayChange, onClose, onChanged } = props;
  return (
    <Dialog title={endpoint.name} isOpen onClose={onClose} size="drawer">
      <div className="flex flex-col gap-7">
        <Details endpoint={endpoint} levelName={levelName} />
        <EndpointCard
          id={endpoint.id}
          onChanged={onChanged}
          onEnded={() => {
            onChanged();
            onClose();
          }}
        />
        <DeviceSection endpoint={endpoint} mayChange={mayChange} onChanged={onChanged} />
      </div>
    </Dialog>
  );
}

/** Approve a device by code, make a pairing link, revoke. */
function DeviceSection(props: { endpoint: Endpoint; mayChange: boolean; onChanged: () => void }): ReactNode {
  const { endpoint, mayChange, onChanged } = props;
  const say = useWords(directoryWords);
  const [open, setOpen] = useState<'code' | 'link' | null>(null);
  const [revoking, setRevoking] = useState<Device | null>(null);
  const devices = useRead((signal) => calls.devices({ endpointId: endpoint.id }, signal), endpoint.id, 10_000);
  const changed = (): void => {
    devices.reload();
    onChanged();
  };
  return (
    <section aria-labelledby="devices-title" className="flex flex-col gap-4">
      <h3 id="devices-title" className="text-lg font-semibold">
        {say('devices')}
      </h3>
      {devices.data ? (
        <Devices devices={devices.data} mayChange={mayChange} onRevoke={setRevoking} />
      ) : devices.problem ? (
        <ErrorState problem={devices.problem} onRetry={devices.reload} />
      ) : (
        <Spinner />
      )}
      {mayChange ? <Ways open={open} onOpen={setOpen} /> : <p className="text-sm text-muted">{say('readOnly')}</p>}
      {open === 'link' && <PairingLink endpoint={endpoint} onMade={changed} />}
      {open === 'code' && (
        <ApproveDialog
          endpoint={endpoint}
          onClose={() => setOpen(null)}
          onApproved={() => {
            setOpen(null);
            changed();
          }}
        />
      )}
      {revoking && (
        <RevokeDialog device={revoking} endpoint={endpoint} onClose={() => setRevoking(null)} onRevoked={changed} />
      )}
    </section>
  );
}

function Ways({ open, onOpen }: { open: string | null; onOpen: (way: 'code' | 'link' | null) => void }): ReactNode {
  const say = useWords(directoryWords);
  return (
    <div className="flex flex-wrap gap-3">
      <Button icon="check" tone="primary" onPress={() => onOpen('code')}>
        {say('byCode')}
      </Button>
      <Button icon="link" aria-expanded={open === 'link'} onPress={() => onOpen(open === 'link' ? null : 'link')}>
        {say('byLink')}
      </Button>
    </div>
  );
}

function Details({ endpoint, levelName }: { endpoint: Endpoint; levelName: string }): ReactNode {
  const say = useWords(directoryWords);
  const language = useLanguage();
  const rows: [string, ReactNode][] = [
    [say('state'), <OnlineState key="state" online={endpoint.online} />],
    [say('code'), endpoint.code],
    [say('level'), levelName],
    [say('area'), endpoint.area],
    [
      say('line'),
      `${say('down', { speed: formatKbps(endpoint.line.downKbps, language) })} · ${say('up', { speed: formatKbps(endpoint.line.upKbps, language) })}`,
    ],
  ];
  return (
    <dl className="grid grid-cols-[9rem_1fr] items-center gap-x-4 gap-y-2.5">
      {rows.map(([term, value]) => (
        <div key={term} className="col-span-2 grid grid-cols-subgrid items-center">
          <dt className="text-[0.9375rem] text-muted">{term}</dt>
          <dd className="font-medium">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Devices(props: { devices: Device[]; mayChange: boolean; onRevoke: (device: Device) => void }): ReactNode {
  const { devices, mayChange, onRevoke } = props;
  const say = useWords(directoryWords);
  const live = devices.filter((d) => d.state !== 'revoked');
  const revoked = devices.length - live.length;
  if (!devices.length) {
    return (
      <EmptyState icon="device" title={say('noDevice')} className="py-6!">
        {say('noDeviceWhy')}
      </EmptyState>
    );
  }
  return (
    <>
      <ul className="flex flex-col gap-2">
        {live.map((device) => (
          <DeviceRow key={device.id} device={device} onRevoke={mayChange ? () => onRevoke(device) : null} />
        ))}
      </ul>
      {revoked > 0 && <p className="text-sm text-muted">{say('revokedDevices', { count: revoked })}</p>}
    </>
  );
}

function DeviceRow({ device, onRevoke }: { device: Device; onRevoke: (() => void) | null }): ReactNode {
  const say = useWords(directoryWords);
  const language = useLanguage();
  const now = useServerNow(5000);
  const seen = device.lastSeenAt
    ? say('seen', { age: formatAge(now - Date.parse(device.lastSeenAt), language) })
    : say('never');
  return (
    <li className="flex items-center gap-3 rounded-xl border border-line px-4 py-3">
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-center gap-2 font-semibold">
          {device.label}
          <StatusPill tone={STATES[device.state].tone} icon={STATES[device.state].icon}>
            {say(`device.${device.state}`)}
          </StatusPill>
        </p>
        <p className="mt-1 text-sm text-muted">
          {seen}
          <br />
          {say('created', { when: formatMoment(device.createdAt, language) })}
        </p>
      </div>
      {onRevoke && (
        <Button aria-label={say('revokeOf', { name: device.label })} onPress={onRevoke}>
          {say('revoke')}
        </Button>
      )}
    </li>
  );
}

function RevokeDialog(props: {
  device: Device;
  endpoint: Endpoint;
  onClose: () => void;
  onRevoked: () => void;
}): ReactNode {
  const { device, endpoint, onClose, onRevoked } = props;
  const say = useWords(directoryWords);
  const [busy, setBusy] = useState(false);
  const revoke = (): void => {
    setBusy(true);
    calls
      .revokeDevice(device.id)
      .then(() => {
        showToast({ tone: 'ok', text: say('revoked', { label: device.label }) });
        onRevoked();
      })
      .catch(showProblem)
      .finally(onClose);
  };
  return (
    <ConfirmDialog
      title={say('revokeTitle')}
      consequence={say('revokeWhat', { label: device.label, name: endpoint.name })}
      action={say('revokeNow')}
      isOpen
      isPending={busy}
      onConfirm={revoke}
      onClose={onClose}
    />
  );
}
