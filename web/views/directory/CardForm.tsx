import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Contact, DutyCard, EndpointDetail, EquipmentItem } from '../../../server/protocol/directory.ts';
import { Button, IconButton } from '../../components/Button.tsx';
import { Select, TextField } from '../../components/fields.tsx';
import { ProblemLine } from '../../components/States.tsx';
import { showToast } from '../../components/toasts.ts';
import { commonWords } from '../../i18n/common.ts';
import { useWords } from '../../i18n/index.ts';
import { asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { directoryCalls } from '../../lib/directoryCalls.ts';
import { CATEGORY_ORDER } from './categories.ts';
import { treeWords } from './treeWords.ts';

/** The parts of an endpoint's card that are changed one by one. */
export type CardPart = 'duty' | 'contacts' | 'equipment' | 'line';

// spelled out, since the schemas' module would bring the whole validator into the browser
const KINDS: readonly EquipmentItem['kind'][] = [
  'camera',
  'microphone',
  'loudspeaker',
  'display',
  'codec',
  'computer',
  'network',
  'power',
  'other',
];
const PHONE = /^[0-9+().\s-]{3,30}$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const NO_DUTY: DutyCard = { name: '', phone: '', deputyName: null, deputyPhone: null, note: '' };

interface CardDraft {
  duty: DutyCard;
  contacts: Contact[];
  equipment: EquipmentItem[];
  lineClass: EndpointDetail['lineClass'];
  category: EndpointDetail['category'];
  down: string;
  up: string;
}

type FormPart = { draft: CardDraft; change: (part: Partial<CardDraft>) => void; tried: boolean };

/** Whether what is typed can be sent. */
function isWhole(part: CardPart, { duty, contacts, equipment }: CardDraft): boolean {
  if (part === 'duty') return !duty.name.trim() || PHONE.test(duty.phone.trim());
  if (part === 'contacts') {
    return contacts.every(
      (c) => c.name.trim() && (!c.phone || PHONE.test(c.phone)) && (!c.email || EMAIL.test(c.email)),
    );
  }
  return part !== 'equipment' || equipment.every((e) => e.label.trim());
}

function send(card: EndpointDetail, part: CardPart, draft: CardDraft): Promise<unknown> {
  if (part === 'duty') return directoryCalls.setDuty(card, draft.duty.name.trim() ? draft.duty : null);
  if (part === 'contacts') return directoryCalls.changeEndpoint(card, { contacts: draft.contacts });
  if (part === 'equipment') return directoryCalls.changeEndpoint(card, { equipment: draft.equipment });
  const { lineClass, category } = draft;
  const line = { downKbps: Number(draft.down) || card.line.downKbps, upKbps: Number(draft.up) || card.line.upKbps };
  return directoryCalls.changeEndpoint(card, { lineClass, category, line });
}

/** Changes one part of an endpoint's card in its place. */
export function CardForm(props: {
  card: EndpointDetail;
  part: CardPart;
  onClose: () => void;
  onSaved: () => void;
}): ReactNode {
  const { card, part, onClose, onSaved } = props;
  const say = useWords(treeWords);
  const common = useWords(commonWords);
  const [draft, setDraft] = useState<CardDraft>({
    ...{ duty: card.duty ?? NO_DUTY, contacts: card.contacts, equipment: card.equipment },
    ...{ lineClass: card.lineClass, category: card.category },
    down: String(card.line.downKbps),
    up: String(card.line.upKbps),
  });
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  const save = (): void => {
    setTried(true);
    if (busy || !isWhole(part, draft)) return;
    setBusy(true);
    send(card, part, draft)
      .then(() => {
        showToast({ tone: 'ok', text: say('saved') });
        onSaved();
      })
      .catch((thrown: unknown) => {
        setProblem(asProblem(thrown));
        setBusy(false);
      });
  };
  const shared = { draft, change: (p: Partial<CardDraft>) => setDraft((old) => ({ ...old, ...p })), tried };
  return (
    <div className="flex flex-col gap-4 rounded-xl border border-line bg-bg p-4">
      <ProblemLine problem={problem} />
      {part === 'duty' && <DutyFields {...shared} />}
      {part === 'contacts' && <ContactFields {...shared} />}
      {part === 'equipment' && <EquipmentFields {...shared} />}
      {part === 'line' && <LineFields {...shared} />}
      <div className="flex justify-end gap-3">
        <Button onPress={onClose}>{common('cancel')}</Button>
        <Button tone="primary" icon="check" isPending={busy} onPress={save}>
          {say('save')}
        </Button>
      </div>
    </div>
  );
}

function DutyFields({ draft: { duty }, change, tried }: FormPart): ReactNode {
  const say = useWords(treeWords);
  const set = (part: Partial<DutyCard>): void => change({ duty: { ...duty, ...part } });
  const bad = tried && duty.name.trim() !== '' && !PHONE.test(duty.phone.trim());
  return (
    <>
      <TextField
        label={say('dutyName')}
        value={duty.name}
        onChange={(name) => set({ name })}
        maxLength={120}
        autoFocus
      />
      <TextField
        label={say('phone')}
        type="tel"
        value={duty.phone}
        onChange={(phone) => set({ phone })}
        maxLength={30}
        error={bad ? say('badPhone') : null}
      />
      <TextField
        label={say('deputyName')}
        value={duty.deputyName ?? ''}
        onChange={(v) => set({ deputyName: v || null })}
        maxLength={120}
      />
      <TextField
        label={say('deputyPhone')}
        type="tel"
        value={duty.deputyPhone ?? ''}
        onChange={(v) => set({ deputyPhone: v || null })}
        maxLength={30}
      />
      <TextField label={say('note')} value={duty.note} onChange={(note) => set({ note })} maxLength={300} />
    </>
  );
}

function ContactFields({ draft: { contacts }, change, tried }: FormPart): ReactNode {
  const say = useWords(treeWords);
  const set = (at: number, part: Partial<Contact>): void =>
    change({ contacts: contacts.map((c, n) => (n === at ? { ...c, ...part } : c)) });
  return (
    <>
      {contacts.map((c, n) => (
        <fieldset key={n} className="flex flex-col gap-3 border-b border-line pb-4">
          <legend className="sr-only">{`${say('contacts')} ${n + 1}`}</legend>
          <div className="flex items-end gap-2">
            <TextField
              label={say('dutyName')}
              value={c.name}
              onChange={(name) => set(n, { name })}
              maxLength={120}
              error={tried && !c.name.trim() ? say('needName') : null}
              className="grow"
            />
            <IconButton
              icon="trash"
              label={say('removeContact', { n: n + 1 })}
              tip="start"
              onPress={() => change({ contacts: contacts.filter((_, i) => i !== n) })}
            />
          </div>
          <TextField label={say('title')} value={c.title} onChange={(title) => set(n, { title })} maxLength={120} />
          <TextField
            label={say('email')}
            type="email"
            value={c.email ?? ''}
            onChange={(v) => set(n, { email: v || null })}
            maxLength={200}
            error={tried && c.email && !EMAIL.test(c.email) ? say('badEmail') : null}
          />
          <TextField
            label={say('phone')}
            type="tel"
            value={c.phone ?? ''}
            onChange={(v) => set(n, { phone: v || null })}
            maxLength={30}
            error={tried && c.phone && !PHONE.test(c.phone) ? say('badPhone') : null}
          />
        </fieldset>
      ))}
      <Button
        icon="plus"
        className="self-start"
        onPress={() => change({ contacts: [...contacts, { name: '', title: '', phone: null, email: null }] })}
      >
        {say('addContact')}
      </Button>
    </>
  );
}

function EquipmentFields({ draft: { equipment }, change, tried }: FormPart): ReactNode {
  const say = useWords(treeWords);
  const set = (at: number, part: Partial<EquipmentItem>): void =>
    change({ equipment: equipment.map((e, n) => (n === at ? { ...e, ...part } : e)) });
  return (
    <>
      {equipment.map((item, n) => (
        <div key={n} className="flex items-end gap-2">
          <Select
            label={say('kind')}
            value={item.kind}
            onChange={(v) => set(n, { kind: KINDS.find((k) => k === v) ?? 'other' })}
            options={KINDS.map((k) => ({ value: k, label: say(`kind.${k}`) }))}
            className="w-40"
          />
          <TextField
            label={say('label')}
            value={item.label}
            onChange={(label) => set(n, { label })}
            maxLength={120}
            error={tried && !item.label.trim() ? say('needName') : null}
            className="grow"
          />
          <IconButton
            icon="trash"
            label={say('removeEquipment', { n: n + 1 })}
            tip="start"
            onPress={() => change({ equipment: equipment.filter((_, i) => i !== n) })}
          />
        </div>
      ))}
      <Button
        icon="plus"
        className="self-start"
        onPress={() => change({ equipment: [...equipment, { kind: 'camera', label: '', note: '' }] })}
      >
        {say('addEquipment')}
      </Button>
    </>
  );
}

function LineFields({ draft, change }: FormPart): ReactNode {
  const say = useWords(treeWords);
  const digits = (text: string): string => text.replace(/\D/g, '').slice(0, 7);
  return (
    <div className="grid grid-cols-2 gap-3">
      <Select
        label={say('lineClass')}
        value={draft.lineClass}
        onChange={(v) => change({ lineClass: v === 'internet' ? 'internet' : 'dedicated' })}
        options={(['dedicated', 'internet'] as const).map((l) => ({ value: l, label: say(`line.${l}`) }))}
        className="col-span-2"
      />
      <Select
        label={say('category')}
        value={draft.category}
        onChange={(v) => change({ category: CATEGORY_ORDER.find((c) => c === v) ?? 'administrative' })}
        options={CATEGORY_ORDER.map((c) => ({ value: c, label: say(`category.${c}`) }))}
        className="col-span-2"
      />
      <TextField
        label={say('down')}
        inputMode="numeric"
        value={draft.down}
        onChange={(v) => change({ down: digits(v) })}
      />
      <TextField label={say('up')} inputMode="numeric" value={draft.up} onChange={(v) => change({ up: digits(v) })} />
    </div>
  );
}
