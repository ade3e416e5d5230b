import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { SCOPES } from '../../../server/protocol/integrationNames.ts';
import type { ApiTokenMade, Scope } from '../../../server/protocol/integrations.ts';
import { Button } from '../../components/Button.tsx';
import { DateField } from '../../components/dateFields.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { TextField } from '../../components/fields.tsx';
import { focusFault } from '../../components/focusFault.ts';
import { ProblemLine } from '../../components/States.tsx';
import { commonWords } from '../../i18n/common.ts';
import { useWords } from '../../i18n/index.ts';
import { asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { dayKey, toInstant } from '../../lib/format.ts';
import { integrationCalls } from '../../lib/integrationCalls.ts';
import { serverNow } from '../../lib/serverClock.ts';
import { Choices } from './Choices.tsx';
import { integrationWords } from './words.ts';

const DAY_MS = 24 * 3_600_000;

function useTokenForm(onMade: (made: ApiTokenMade) => void) {
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<Scope[]>([]);
  const [day, setDay] = useState(() => dayKey(serverNow() + 365 * DAY_MS));
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  const ends = toInstant(day, '00:00');
  const ahead = ends === null ? -1 : Date.parse(ends) - serverNow();
  const goodDay = ahead > 0 && ahead <= 730 * DAY_MS;
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setTried(true);
    if (busy) return;
    if (!name.trim() || scopes.length === 0 || !goodDay || ends === null || !password) {
      focusFault(event.currentTarget);
      return;
    }
    setBusy(true);
    setProblem(null);
    integrationCalls
      .makeToken({ name: name.trim(), scopes, expiresAt: ends, password })
      .then(onMade)
      .catch((thrown: unknown) => {
        setProblem(asProblem(thrown));
        setBusy(false);
      });
  };
  const fields = { name, setName, scopes, setScopes, day, setDay, password, setPassword };
  return { ...fields, goodDay, tried, busy, problem, submit };
}

/** Asks for the password again, since a token outlives the sign-in. */
function OwnPassword({ form, isWrong }: { form: ReturnType<typeof useTokenForm>; isWrong: boolean }): ReactNode {
  const say = useWords(integrationWords);
  const { password, setPassword, tried } = form;
  return (
    <TextField
      label={say('password')}
      hint={say('passwordHint')}
      type="password"
      autoComplete="current-password"
      value={password}
      onChange={setPassword}
      maxLength={200}
      error={isWrong ? say('wrongPassword') : tried && !password ? say('needPassword') : null}
    />
  );
}

/** Asks what a token is for, what it is good for and until when. */
export function TokenDialog(props: { onClose: () => void; onMade: (made: ApiTokenMade) => void }): ReactNode {
  const { onClose, onMade } = props;
  const say = useWords(integrationWords);
  const common = useWords(commonWords);
  const form = useTokenForm(onMade);
  const { name, scopes, day, tried } = form;
  const isWrong = form.problem?.code === 'wrong_credentials';
  return (
    <Dialog
      title={say('makeToken')}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{common('cancel')}</Button>
          <Button type="submit" form="token-form" tone="primary" icon="check" isPending={form.busy}>
            {say('makeToken')}
          </Button>
        </>
      }
    >
      <form id="token-form" noValidate onSubmit={form.submit} className="flex flex-col gap-5">
        <ProblemLine problem={isWrong ? null : form.problem} />
        <TextField
          label={say('name')}
          hint={say('nameHint')}
          value={name}
          onChange={form.setName}
          maxLength={80}
          autoFocus
          error={tried && !name.trim() ? say('needName') : null}
        />
        <Choices
          label={say('scopes')}
          values={SCOPES}
          chosen={scopes}
          nameOf={(scope) => `${say(`scope.${scope}`)} (${scope})`}
          onChange={form.setScopes}
          error={tried && scopes.length === 0 ? say('needScope') : null}
        />
        <div className="flex flex-col gap-1.5">
          <DateField
            label={say('ends')}
            value={day}
            onChange={form.setDay}
            error={tried && !form.goodDay ? say('needDay') : null}
          />
          <p className="text-sm text-muted">{say('endsHint')}</p>
        </div>
        <OwnPassword form={form} isWrong={isWrong} />
      </form>
    </Dialog>
  );
}
