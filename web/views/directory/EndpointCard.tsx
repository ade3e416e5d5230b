import { useState } from 'react';
import type { ReactNode } from 'react';
import type { EndpointDetail } from '../../../server/protocol/directory.ts';
import { Button, IconButton } from '../../components/Button.tsx';
import { ErrorState, Spinner } from '../../components/States.tsx';
import { StatusPill } from '../../components/Status.tsx';
import { useWords } from '../../i18n/index.ts';
import { useRead } from '../../lib/api.ts';
import { directoryCalls } from '../../lib/directoryCalls.ts';
import { dayKey } from '../../lib/format.ts';
import { serverNow } from '../../lib/serverClock.ts';
import { CardForm } from './CardForm.tsx';
import type { CardPart } from './CardForm.tsx';
import { EndDialog } from './EndDialog.tsx';
import { endpointWords } from './endpointWords.ts';
import { NameForm } from './NameForm.tsx';
import { shownDay } from './shownDay.ts';
import { treeWords } from './treeWords.ts';

type Part = CardPart | 'names';

/** Names, duty, contacts, equipment, line and former names of an endpoint, each changed where it stands. */
export function EndpointCard(props: { id: string; onChanged: () => void; onEnded: () => void }): ReactNode {
  const { id, onChanged, onEnded } = props;
  const say = useWords(treeWords);
  const words = useWords(endpointWords);
  const read = useRead((signal) => directoryCalls.endpoint(id, signal), id);
  const [editing, setEditing] = useState<Part | null>(null);
  if (!read.data) return read.problem ? <ErrorState problem={read.problem} onRetry={read.reload} /> : <Spinner />;
  const card = read.data;
  const may = (part: Part): boolean => (part === 'duty' ? card.may?.changeDuty : card.may?.change) ?? false;
  const saved = (): void => {
    setEditing(null);
    read.reload();
    onChanged();
  };
  const close = (): void => setEditing(null);
  const part = (name: Part, title: string, body: ReactNode): ReactNode => (
    <section aria-label={title} className="flex flex-col gap-2">
      <div className="flex items-center justify-between gap-2">
        <h3 className="text-lg font-semibold">{title}</h3>
        {may(name) && (
          <IconButton
            icon="edit"
            label={say('edit', { what: title })}
            tip="start"
            className="-mr-3"
            onPress={() => setEditing(editing === name ? null : name)}
          />
        )}
      </div>
      {editing !== name && body}
      {editing === name && name === 'names' && <NameForm card={card} onClose={close} onSaved={saved} />}
      {editing === name && name !== 'names' && <CardForm card={card} part={name} onClose={close} onSaved={saved} />}
    </section>
  );
  return (
    <>
      {part('names', words('names'), <Place card={card} />)}
      {part('duty', say('duty'), <Duty card={card} />)}
      {part('contacts', say('contacts'), <Contacts card={card} />)}
      {part(
        'line',
        say('lineClass'),
        <p>{`${say(`line.${card.lineClass ?? 'dedicated'}`)} · ${say(`category.${card.category ?? 'administrative'}`)}`}</p>,
      )}
      {part('equipment', say('equipment'), <Equipment card={card} />)}
      {(card.history?.length ?? 0) > 1 && <Names card={card} />}
      {card.may?.change && card.validTo === null && <Ending card={card} onEnded={onEnded} />}
    </>
  );
}

/** Where the endpoint belongs, what of that will change, and when it ends. */
function Place({ card }: { card: EndpointDetail }): ReactNode {
  const say = useWords(endpointWords);
  const today = dayKey(serverNow());
  const now = card.history.find(({ from, to }) => from <= today && (to === null || to > today));
  const planned = card.since > today ? card.history.at(-1) : undefined;
  return (
    <>
      <p>{[now?.shortName ?? card.shortName, now?.unitName].filter(Boolean).join(' · ')}</p>
      {planned && (
        <p className="text-muted">
          {say('planned', { day: shownDay(planned.from), name: planned.name, unit: planned.unitName })}
        </p>
      )}
      {card.validTo && (
        <StatusPill tone="warn" className="self-start">
          {say('ends', { day: shownDay(card.validTo) })}
        </StatusPill>
      )}
    </>
  );
}

function Ending({ card, onEnded }: { card: EndpointDetail; onEnded: () => void }): ReactNode {
  const say = useWords(endpointWords);
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon="x" className="self-start" aria-haspopup="dialog" onPress={() => setOpen(true)}>
        {say('end')}
      </Button>
      {open && (
        <EndDialog
          card={card}
          onClose={() => setOpen(false)}
          onEnded={() => {
            setOpen(false);
            onEnded();
          }}
        />
      )}
    </>
  );
}

function Phone({ number }: { number: string | null }): ReactNode {
  if (!number) return null;
  return (
    <a href={`tel:${number.replace(/[^+\d]/g, '')}`} className="font-semibold text-accent underline underline-offset-4">
      {number}
    </a>
  );
}

function Duty({ card }: { card: EndpointDetail }): ReactNode {
  const say = useWords(treeWords);
  const { duty } = card;
  if (!duty) return <p className="text-muted">{say('noDuty')}</p>;
  return (
    <ul className="flex flex-col gap-1">
      <li>
        {duty.name} · <Phone number={duty.phone} />
      </li>
      {duty.deputyName && (
        <li className="text-muted">
          {say('deputyName')}: {duty.deputyName} <Phone number={duty.deputyPhone} />
        </li>
      )}
      {duty.note && <li className="text-muted">{duty.note}</li>}
    </ul>
  );
}

function Contacts({ card }: { card: EndpointDetail }): ReactNode {
  const say = useWords(treeWords);
  if (!card.contacts?.length) return <p className="text-muted">{say('noContacts')}</p>;
  return (
    <ul className="flex flex-col gap-2">
      {card.contacts.map((c) => (
        <li key={`${c.name}/${c.email}/${c.phone}`}>
          <span className="font-medium">{c.name}</span>
          {c.title && <span className="text-muted"> · {c.title}</span>}
          <span className="block text-[0.9375rem]">
            <Phone number={c.phone} /> {c.email}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Equipment({ card }: { card: EndpointDetail }): ReactNode {
  const say = useWords(treeWords);
  if (!card.equipment?.length) return <p className="text-muted">{say('noEquipment')}</p>;
  return (
    <ul className="flex flex-col gap-1">
      {card.equipment.map((item) => (
        <li key={`${item.kind}/${item.label}`}>
          <span className="text-muted">{say(`kind.${item.kind}`)}: </span>
          {item.label}
          {item.note && <span className="text-muted"> · {item.note}</span>}
        </li>
      ))}
    </ul>
  );
}

function Names({ card }: { card: EndpointDetail }): ReactNode {
  const say = useWords(treeWords);
  return (
    <section aria-label={say('names')} className="flex flex-col gap-2">
      <h3 className="text-lg font-semibold">{say('names')}</h3>
      <ul className="text-[0.9375rem]">
        {card.history.map((period) => (
          <li key={period.from}>
            <span className="text-muted">
              {say('period', { from: shownDay(period.from), to: period.to ? shownDay(period.to) : say('now') })}:{' '}
            </span>
            {period.name} ({period.unitName})
          </li>
        ))}
      </ul>
    </section>
  );
}
