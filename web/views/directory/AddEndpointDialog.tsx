import { useState } from 'react';
import type { ReactNode } from 'react';
import type { EndpointDetail } from '../../../server/protocol/directory.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Select, TextField } from '../../components/fields.tsx';
import { showToast } from '../../components/toasts.ts';
import { commonWords } from '../../i18n/common.ts';
import { useWords } from '../../i18n/index.ts';
import { asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { directoryCalls } from '../../lib/directoryCalls.ts';
import { dayKey } from '../../lib/format.ts';
import { serverNow } from '../../lib/serverClock.ts';
import { CATEGORY_ORDER } from './categories.ts';
import { ChangeProblem, isPlaced, PlaceFields } from './EndpointPlace.tsx';
import type { PlaceDraft } from './EndpointPlace.tsx';
import { endpointWords } from './endpointWords.ts';
import { shownDay } from './shownDay.ts';
import { codeOf } from './surgeryPlan.ts';
import { treeWords } from './treeWords.ts';

interface Draft extends PlaceDraft {
  code: string;
  /** typed by hand: it follows the name no more */
  ownCode: boolean;
  category: EndpointDetail['category'];
  lineClass: EndpointDetail['lineClass'];
  down: string;
  up: string;
}

const isSpeed = (kbps: string): boolean => Number(kbps) >= 64 && Number(kbps) <= 1_000_000;

function isWhole(draft: Draft): boolean {
  return isPlaced(draft) && draft.code !== '' && isSpeed(draft.down) && isSpeed(draft.up);
}

interface Props {
  onClose: () => void;
  onAdded: (endpoint: EndpointDetail) => void;
}

function useAdding({ onAdded }: Props) {
  const say = useWords(endpointWords);
  const [draft, setDraft] = useState<Draft>(() => ({
    ...{ name: '', shortName: '', unitId: '', on: dayKey(serverNow()), code: '', ownCode: false },
    // a weak line until somebody says more: too much breaks the picture of the first minute
    ...{ category: 'administrative', lineClass: 'dedicated', down: '2000', up: '1000' },
  }));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  const change = (part: Partial<Draft>): void =>
    setDraft((old) => {
      const next = { ...old, ...part };
      return next.ownCode ? next : { ...next, code: codeOf(next.name) };
    });
  const save = (): void => {
    setTried(true);
    if (busy || !isWhole(draft)) return;
    setBusy(true);
    const { code, unitId, category, lineClass, on } = draft;
    const [name, shortName] = [draft.name.trim(), draft.shortName.trim()];
    const line = { downKbps: Number(draft.down), upKbps: Number(draft.up) };
    directoryCalls
      .createEndpoint({ code, name, ...(shortName && { shortName }), unitId, category, lineClass, line, on })
      .then((made) => {
        showToast({ tone: 'ok', text: say('added', { name, day: shownDay(on) }) });
        onAdded(made);
      })
      .catch((thrown: unknown) => {
        setProblem(asProblem(thrown));
        setBusy(false);
      });
  };
  return { draft, change, tried, busy, problem, save };
}

/** Makes an endpoint of a unit, from a day on. */
export function AddEndpointDialog(props: Props): ReactNode {
  const { onClose } = props;
  const say = useWords(endpointWords);
  const common = useWords(commonWords);
  const form = useAdding(props);
  const { draft, change, tried } = form;
  return (
    <Dialog
      title={say('add')}
      isOpen
      onClose={onClose}
      size="md"
      footer={
        <>
          <Button onPress={onClose}>{common('cancel')}</Button>
          <Button tone="primary" icon="check" isPending={form.busy} onPress={form.save}>
            {say('add')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <ChangeProblem problem={form.problem} />
        <div className="grid gap-4 sm:grid-cols-2">
          <PlaceFields draft={draft} change={change} tried={tried}>
            <TextField
              label={say('code')}
              hint={say('codeHint')}
              value={draft.code}
              onChange={(code) => change({ code: codeOf(code), ownCode: true })}
              isRequired
              error={tried && !draft.code ? say('needCode') : null}
            />
          </PlaceFields>
          <LineFields draft={draft} change={change} tried={tried} />
        </div>
        <p className="text-sm text-muted">{say('addLead')}</p>
      </div>
    </Dialog>
  );
}

type LineProps = Pick<ReturnType<typeof useAdding>, 'draft' | 'change' | 'tried'>;

function LineFields({ draft, change, tried }: LineProps): ReactNode {
  const say = useWords(treeWords);
  const words = useWords(endpointWords);
  const digits = (text: string): string => text.replace(/\D/g, '').slice(0, 7);
  const bad = (kbps: string): string | null => (tried && !isSpeed(kbps) ? words('needSpeed') : null);
  return (
    <>
      <Select
        label={say('category')}
        value={draft.category}
        onChange={(v) => change({ category: CATEGORY_ORDER.find((c) => c === v) ?? 'administrative' })}
        options={CATEGORY_ORDER.map((c) => ({ value: c, label: say(`category.${c}`) }))}
      />
      <Select
        label={say('lineClass')}
        value={draft.lineClass}
        onChange={(v) => change({ lineClass: v === 'internet' ? 'internet' : 'dedicated' })}
        options={(['dedicated', 'internet'] as const).map((l) => ({ value: l, label: say(`line.${l}`) }))}
        className="col-span-full"
      />
      <TextField
        label={say('down')}
        inputMode="numeric"
        value={draft.down}
        onChange={(v) => change({ down: digits(v) })}
        error={bad(draft.down)}
      />
      <TextField
        label={say('up')}
        inputMode="numeric"
        value={draft.up}
        onChange={(v) => change({ up: digits(v) })}
        error={bad(draft.up)}
      />
    </>
  );
}
