import { useState } from 'react';
import type { ReactNode } from 'react';
import { DELIVERY_STATES } from '../../../server/protocol/integrationNames.ts';
import type { Delivery, WebhookView } from '../../../server/protocol/integrations.ts';
import { Button } from '../../components/Button.tsx';
import { DateField } from '../../components/dateFields.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Select } from '../../components/fields.tsx';
import type { IconName } from '../../components/icons.tsx';
import { EmptyState, ErrorState, Spinner } from '../../components/States.tsx';
import { StatusPill } from '../../components/Status.tsx';
import type { Tone } from '../../components/Status.tsx';
import { showProblem, showToast } from '../../components/toasts.ts';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { useRead } from '../../lib/api.ts';
import { dayKey, formatMoment, formatTime, toInstant } from '../../lib/format.ts';
import { integrationCalls } from '../../lib/integrationCalls.ts';
import { serverNow } from '../../lib/serverClock.ts';
import { integrationWords } from './words.ts';

const LOOKS: Record<Delivery['state'], { tone: Tone; icon: IconName }> = {
  waiting: { tone: 'neutral', icon: 'clock' },
  delivered: { tone: 'ok', icon: 'check' },
  failed: { tone: 'bad', icon: 'warning' },
};
/** Milliseconds between readings: what was sent again is seen to arrive. */
const FRESH = 5_000;

async function readPages(id: string, state: string, pages: number, signal: AbortSignal) {
  const items: Delivery[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < pages; page++) {
    const read = await integrationCalls.deliveries(id, { state, cursor }, signal);
    items.push(...read.items);
    cursor = read.nextCursor;
    if (cursor === null) break;
  }
  return { items, more: cursor !== null };
}

/** What was told to a webhook, newest first, and sending it again. */
export function DeliveryLog({ webhook, onClose }: { webhook: WebhookView; onClose: () => void }): ReactNode {
  const say = useWords(integrationWords);
  const [state, setState] = useState('');
  const [pages, setPages] = useState(1);
  const key = `${webhook.id} ${state} ${pages}`;
  const log = useRead((signal) => readPages(webhook.id, state, pages, signal), key, FRESH);
  const again = (work: Promise<unknown>): void => {
    work.then(log.reload).catch(showProblem);
  };
  const replay = async (delivery: Delivery): Promise<void> => {
    await integrationCalls.replay(webhook.id, delivery.id);
    showToast({ tone: 'ok', text: say('replayed') });
  };
  const options = [
    { value: '', label: say('all') },
    ...DELIVERY_STATES.map((value) => ({ value, label: say(`delivery.${value}`) })),
  ];
  return (
    <Dialog title={say('logOf', { name: webhook.name })} isOpen onClose={onClose} size="lg">
      <div className="flex flex-col gap-4">
        <div className="flex flex-wrap items-end justify-between gap-4">
          <Select label={say('state')} value={state} onChange={setState} options={options} className="w-56" />
          <ReplayFailed webhook={webhook} onDone={log.reload} />
        </div>
        {!log.data ? (
          log.problem ? (
            <ErrorState problem={log.problem} onRetry={log.reload} />
          ) : (
            <Spinner />
          )
        ) : log.data.items.length === 0 ? (
          <EmptyState icon="list" title={say('noDeliveries')} />
        ) : (
          <ul className="flex flex-col gap-2">
            {log.data.items.map((delivery) => (
              <Line
                key={delivery.id}
                delivery={delivery}
                onReplay={webhook.enabled ? () => again(replay(delivery)) : null}
              />
            ))}
          </ul>
        )}
        {log.data?.more && (
          <Button className="self-center" onPress={() => setPages(pages + 1)}>
            {say('more')}
          </Button>
        )}
      </div>
    </Dialog>
  );
}

function ReplayFailed({ webhook, onDone }: { webhook: WebhookView; onDone: () => void }): ReactNode {
  const say = useWords(integrationWords);
  const [day, setDay] = useState(() => dayKey(serverNow()));
  const since = toInstant(day, '00:00');
  const replay = (): void => {
    if (since === null) return;
    integrationCalls
      .replayFailed(webhook.id, since)
      .then(({ deliveries }) => {
        showToast({ tone: 'ok', text: say('replayedAll', { count: deliveries }) });
        onDone();
      })
      .catch(showProblem);
  };
  return (
    <div className="flex flex-wrap items-end gap-3">
      <DateField label={say('since')} value={day} onChange={setDay} className="w-48" />
      <Button icon="refresh" isDisabled={since === null || !webhook.enabled} onPress={replay}>
        {say('replayFailed')}
      </Button>
    </div>
  );
}

function Line({ delivery, onReplay }: { delivery: Delivery; onReplay: (() => void) | null }): ReactNode {
  const say = useWords(integrationWords);
  const language = useLanguage();
  const { state, attempts, fault, nextAt, payload, answer } = delivery;
  // the event of a delivery that was made by a newer version has no words yet
  const event = say(`event.${delivery.event}` as 'event.ping');
  const when = formatMoment(delivery.createdAt, language);
  return (
    <li className="flex flex-col gap-1 rounded-xl border border-line px-4 py-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <StatusPill tone={LOOKS[state].tone} icon={LOOKS[state].icon}>
          {say(`delivery.${state}`)}
        </StatusPill>
        <span className="font-medium">{event}</span>
        <span className="text-[0.9375rem] text-muted">{when}</span>
        <span className="grow text-[0.9375rem] text-muted">
          {attempts > 0 && say('attempts', { count: attempts })}
          {attempts > 0 && nextAt && `, ${say('next', { when: formatTime(nextAt) })}`}
        </span>
        <Button
          icon="refresh"
          isDisabled={!onReplay}
          aria-label={say('replayOf', { event, when })}
          onPress={() => onReplay?.()}
        >
          {say('replay')}
        </Button>
      </div>
      {fault && <p className="text-sm break-words text-bad">{fault}</p>}
      <details>
        <summary className="min-h-target cursor-pointer py-2 text-[0.9375rem] font-medium text-accent">
          {say('details')}
          <span className="sr-only">: {say('detailsOf', { event, when })}</span>
        </summary>
        <dl className="flex flex-col gap-2 py-2 text-sm">
          <dt className="font-semibold">{say('sent')}</dt>
          <dd className="rounded-lg bg-sunken p-3 font-mono break-all">{payload}</dd>
          <dt className="font-semibold">{say('answered')}</dt>
          <dd className="rounded-lg bg-sunken p-3 font-mono break-all">{answer || say('nothing')}</dd>
        </dl>
      </details>
    </li>
  );
}
