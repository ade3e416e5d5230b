import type { ReactNode } from 'react';
import type { WebhookView } from '../../../server/protocol/integrations.ts';
import { Button } from '../../components/Button.tsx';
import { StatusPill } from '../../components/Status.tsx';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { formatMoment } from '../../lib/format.ts';
import { integrationWords } from './words.ts';

interface Props {
  webhook: WebhookView;
  onOpen: (what: 'form' | 'secret' | 'remove' | 'log') => void;
  onPing: () => void;
  onSwitch: (on: boolean) => void;
}

/** One webhook: where it sends, of what, how it fares, and what can be done with it. */
export function WebhookCard(props: Props): ReactNode {
  const { webhook } = props;
  const { name, url, events } = webhook;
  const say = useWords(integrationWords);
  return (
    <li className="flex flex-col gap-3 rounded-2xl border border-line bg-surface px-5 py-4 shadow-card">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0 grow basis-96">
          <h2 className="font-semibold">{name}</h2>
          <p className="font-mono text-sm break-all text-muted">{url}</p>
          <p className="mt-1 text-[0.9375rem]">{events.map((event) => say(`event.${event}`)).join(' · ')}</p>
        </div>
        <State webhook={webhook} />
      </div>
      <Acts {...props} />
    </li>
  );
}

function Acts({ webhook, onOpen, onPing, onSwitch }: Props): ReactNode {
  const { name, enabled } = webhook;
  const say = useWords(integrationWords);
  return (
    <div className="flex flex-wrap gap-2">
      <Button icon="list" aria-label={say('logOf', { name })} aria-haspopup="dialog" onPress={() => onOpen('log')}>
        {say('log')}
      </Button>
      <Button icon="arrowRight" isDisabled={!enabled} aria-label={say('pingOf', { name })} onPress={onPing}>
        {say('ping')}
      </Button>
      <Button icon="edit" aria-label={say('changeOf', { name })} aria-haspopup="dialog" onPress={() => onOpen('form')}>
        {say('change')}
      </Button>
      <Button
        icon="lock"
        aria-label={say('newSecretOf', { name })}
        aria-haspopup="dialog"
        onPress={() => onOpen('secret')}
      >
        {say('newSecret')}
      </Button>
      <Button
        icon={enabled ? 'pause' : 'play'}
        aria-label={say(enabled ? 'switchOffOf' : 'switchOnOf', { name })}
        onPress={() => onSwitch(!enabled)}
      >
        {say(enabled ? 'switchOff' : 'switchOn')}
      </Button>
      <Button
        icon="trash"
        aria-label={say('removeOf', { name })}
        aria-haspopup="dialog"
        onPress={() => onOpen('remove')}
      >
        {say('remove')}
      </Button>
    </div>
  );
}

function State({ webhook }: { webhook: WebhookView }): ReactNode {
  const { enabled, disabledWhy, failingSince } = webhook;
  const say = useWords(integrationWords);
  const language = useLanguage();
  if (!enabled) {
    const why = disabledWhy ?? 'by_hand';
    return (
      <StatusPill tone={why === 'by_hand' ? 'neutral' : 'bad'} icon="pause">
        {say(`off.${why}`)}
      </StatusPill>
    );
  }
  return failingSince ? (
    <StatusPill tone="warn" icon="warning">
      {say('hook.failing', { when: formatMoment(failingSince, language) })}
    </StatusPill>
  ) : (
    <StatusPill tone="ok" icon="check">
      {say('hook.on')}
    </StatusPill>
  );
}
