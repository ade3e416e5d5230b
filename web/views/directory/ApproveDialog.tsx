import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import type { Endpoint } from '../../../server/protocol/rest.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { SearchField, Select, TextField } from '../../components/fields.tsx';
import { focusFault } from '../../components/focusFault.ts';
import { ProblemLine } from '../../components/States.tsx';
import { showToast } from '../../components/toasts.ts';
import { commonWords } from '../../i18n/common.ts';
import { useWords } from '../../i18n/index.ts';
import { asProblem, useRead } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { calls } from '../../lib/calls.ts';
import { matches } from '../../lib/fold.ts';
import { directoryWords } from './words.ts';

interface Props {
  /** the endpoint that gets the device; null: it is chosen here */
  endpoint: Endpoint | null;
  onClose: () => void;
  onApproved: () => void;
}

function useApproval({ endpoint, onApproved }: Props, nameOf: (id: string) => string) {
  const say = useWords(directoryWords);
  const [code, setCode] = useState('');
  const [endpointId, setEndpointId] = useState(endpoint?.id ?? '');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setTried(true);
    if (busy) return;
    if (code.trim().length < 4 || !endpointId) {
      focusFault(event.currentTarget);
      return;
    }
    setBusy(true);
    setProblem(null);
    calls
      .approveDevice({ code: code.trim(), endpointId })
      .then(() => {
        showToast({ tone: 'ok', text: say('approved', { name: nameOf(endpointId) }) });
        onApproved();
      })
      .catch((thrown: unknown) => {
        setProblem(asProblem(thrown));
        setBusy(false);
      });
  };
  return { code, setCode, endpointId, setEndpointId, tried, busy, problem, submit };
}

/** Gives the PC that shows a code to an endpoint. */
export function ApproveDialog(props: Props): ReactNode {
  const { endpoint, onClose } = props;
  const say = useWords(directoryWords);
  const common = useWords(commonWords);
  const all = useRead((signal) => calls.endpoints({}, signal), endpoint ? null : 'all');
  const endpoints = endpoint ? [endpoint] : (all.data ?? []);
  const form = useApproval(props, (id) => endpoints.find((e) => e.id === id)?.name ?? '');
  return (
    <Dialog
      title={say('approveTitle')}
      isOpen
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button onPress={onClose}>{common('cancel')}</Button>
          <Button type="submit" form="approve-form" tone="primary" icon="check" isPending={form.busy}>
            {say('approveNow')}
          </Button>
        </>
      }
    >
      <form id="approve-form" noValidate onSubmit={form.submit} className="flex flex-col gap-5">
        <p className="text-muted">{say('approveLead')}</p>
        <ProblemLine problem={form.problem} />
        <TextField
          label={say('pairingCode')}
          value={form.code}
          onChange={(code) => form.setCode(code.toUpperCase())}
          autoFocus
          autoComplete="off"
          maxLength={20}
          error={form.tried && form.code.trim().length < 4 ? say('needCode') : null}
          inputClassName="text-center text-2xl! font-bold tracking-[0.25em]"
        />
        <EndpointChoice
          endpoints={endpoints}
          isFixed={endpoint !== null}
          value={form.endpointId}
          onChange={form.setEndpointId}
          error={form.tried && !form.endpointId ? say('needEndpoint') : null}
        />
      </form>
    </Dialog>
  );
}

/** One of many endpoints: some letters without accents narrow the list, and what alone is left is chosen. */
function EndpointChoice(props: {
  endpoints: Endpoint[];
  isFixed: boolean;
  value: string;
  onChange: (id: string) => void;
  error: string | null;
}): ReactNode {
  const { endpoints, isFixed, value, onChange, error } = props;
  const say = useWords(directoryWords);
  const [query, setQuery] = useState('');
  const fits = (e: Endpoint, q: string): boolean => matches(q, e.name, e.shortName, e.code, e.area);
  const shown = endpoints.filter((e) => !query || fits(e, query) || e.id === value);
  const search = (q: string): void => {
    setQuery(q);
    const found = q ? endpoints.filter((e) => fits(e, q)) : [];
    const [only] = found;
    if (only && found.length === 1) onChange(only.id);
  };
  return (
    <div className="flex flex-col gap-2">
      {!isFixed && <SearchField label={say('findEndpoint')} value={query} onChange={search} />}
      <Select
        label={say('endpoint')}
        value={value}
        isDisabled={isFixed}
        onChange={onChange}
        options={[
          ...(isFixed ? [] : [{ value: '', label: say('chooseEndpoint') }]),
          ...shown.map((e) => ({ value: e.id, label: `${e.name} (${e.code})` })),
        ]}
        error={error}
      />
    </div>
  );
}
