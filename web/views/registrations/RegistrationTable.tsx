import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Registration } from '../../../server/protocol/invitations.ts';
import { Button } from '../../components/Button.tsx';
import { SearchField, Select } from '../../components/fields.tsx';
import type { IconName } from '../../components/icons.tsx';
import { EmptyState } from '../../components/States.tsx';
import { StatusPill } from '../../components/Status.tsx';
import type { Tone } from '../../components/Status.tsx';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { matches } from '../../lib/fold.ts';
import { formatMoment } from '../../lib/format.ts';
import { registrationWords } from './words.ts';

const STATES: Record<Registration['state'], { tone: Tone; icon: IconName }> = {
  registered: { tone: 'ok', icon: 'check' },
  declined: { tone: 'bad', icon: 'x' },
  seen: { tone: 'accent', icon: 'eye' },
  sent: { tone: 'neutral', icon: 'arrowRight' },
  bounced: { tone: 'warn', icon: 'warning' },
  waiting: { tone: 'neutral', icon: 'clock' },
  none: { tone: 'neutral', icon: 'pause' },
};
const ORDER = Object.keys(STATES) as Registration['state'][];
const CELL = 'px-4 py-1.5 align-middle';

/** Every invited endpoint with where its invitation stands. */
export function RegistrationTable(props: {
  items: readonly Registration[];
  nameOf: (endpointId: string) => string;
  onRegister: (registration: Registration) => void;
}): ReactNode {
  const { items, nameOf, onRegister } = props;
  const say = useWords(registrationWords);
  const [q, setQ] = useState('');
  const [state, setState] = useState('');
  const found = items.filter((r) => (!state || r.state === state) && (!q || matches(q, nameOf(r.endpointId))));
  return (
    <div className="flex flex-col gap-4">
      {items.length > 1 && (
        <div role="search" className="flex flex-wrap gap-3">
          <SearchField label={say('search')} value={q} onChange={setQ} className="grow basis-72" />
          <Select
            label={say('state')}
            quiet
            value={state}
            onChange={setState}
            options={[{ value: '', label: say('all') }, ...ORDER.map((s) => ({ value: s, label: say(`state.${s}`) }))]}
            className="w-56"
          />
        </div>
      )}
      {found.length === 0 ? (
        <EmptyState icon="search" title={say('none')} />
      ) : (
        <div className="overflow-x-auto rounded-2xl border border-line bg-surface shadow-card">
          <table className="w-full border-collapse text-left">
            <caption className="sr-only">{say('list')}</caption>
            <thead className="border-b border-line bg-bg text-sm text-muted">
              <tr>
                {(['endpoint', 'state', 'when', 'people', 'action'] as const).map((head) => (
                  <th key={head} scope="col" className="px-4 py-2.5 font-semibold whitespace-nowrap">
                    {say(head)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {found.map((r) => (
                <Line key={r.endpointId} registration={r} name={nameOf(r.endpointId)} onRegister={onRegister} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function Line(props: {
  registration: Registration;
  name: string;
  onRegister: (registration: Registration) => void;
}): ReactNode {
  const { registration: r, name, onRegister } = props;
  const say = useWords(registrationWords);
  const language = useLanguage();
  const at = r.answeredAt ?? r.seenAt ?? r.sentAt;
  return (
    <tr className="border-b border-line last:border-b-0 hover:bg-bg">
      <th scope="row" className={`${CELL} min-w-44 font-medium`}>
        {name}
        {r.note && <span className="block text-sm font-normal text-muted">{r.note}</span>}
      </th>
      <td className={CELL}>
        <StatusPill tone={STATES[r.state].tone} icon={STATES[r.state].icon}>
          {say(`state.${r.state}`)}
        </StatusPill>
        {r.fault && <span className="block text-sm text-muted">{say('fault', { fault: r.fault })}</span>}
      </td>
      <td className={`${CELL} text-[0.9375rem] whitespace-nowrap text-muted`}>
        {at ? formatMoment(at, language) : '–'}
      </td>
      <td className={CELL} title={r.delegates.map((d) => [d.name, d.title].filter(Boolean).join(', ')).join('\n')}>
        {r.answer === 'registered' ? r.headCount : '–'}
      </td>
      <td className={CELL}>
        <Button
          className="whitespace-nowrap"
          aria-label={say(r.answer ? 'changeOf' : 'registerOf', { name })}
          aria-haspopup="dialog"
          onPress={() => onRegister(r)}
        >
          {say(r.answer ? 'change' : 'register')}
        </Button>
      </td>
    </tr>
  );
}
