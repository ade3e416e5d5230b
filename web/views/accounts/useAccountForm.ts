import { useState } from 'react';
import type { FormEvent } from 'react';
import type { ListedUser } from '../../../server/protocol/rest.ts';
import { focusFault } from '../../components/focusFault.ts';
import { accountCalls } from '../../lib/accountCalls.ts';
import { asProblem } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { fold } from '../../lib/fold.ts';
import type { GrantDraft } from './GrantRows.tsx';
import { oneTimePassword, usernameOf } from './oneTimePassword.ts';

/** What the server takes for a username. */
const USERNAME = /^[a-z0-9][a-z0-9._-]{1,78}$/;

/** An account that was just made or changed; the password only of a new one. */
export interface SavedAccount {
  displayName: string;
  username: string;
  password: string | null;
}

interface Wish {
  /** null: a new one */
  account: ListedUser | null;
  /** roles stay as they are: the own ones */
  keepsRoles: boolean;
  unitId: string;
  onSaved: (saved: SavedAccount) => void;
}

interface Fields {
  displayName: string;
  username: string;
  unitId: string;
  grants: GrantDraft[];
}

async function save(fields: Fields, { account, keepsRoles }: Wish): Promise<SavedAccount> {
  const { unitId, grants } = fields;
  const displayName = fields.displayName.trim();
  if (account) {
    await accountCalls.change(account.id, { displayName, ...(!keepsRoles && { grants }) });
    return { displayName, username: account.username, password: null };
  }
  const password = oneTimePassword();
  const { username } = await accountCalls.make({ displayName, username: fields.username, unitId, password, grants });
  return { displayName, username, password };
}

/** The state of the form that makes or changes an account. */
export function useAccountForm(wish: Wish) {
  const { account } = wish;
  const [form, setForm] = useState<Fields>({
    displayName: account?.displayName ?? '',
    username: account?.username ?? '',
    unitId: account?.unitId ?? wish.unitId,
    grants: account?.grants ?? [],
  });
  const [ownName, setOwnName] = useState(false);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ClientProblem | null>(null);
  // offered until somebody writes another one
  const username = account || ownName ? form.username : usernameOf(fold(form.displayName));
  const faults = {
    name: !form.displayName.trim(),
    username: !account && !USERNAME.test(username),
    unit: !form.unitId,
  };
  const change = (part: Partial<Fields>): void => {
    if (part.username !== undefined) setOwnName(part.username !== '');
    setForm({ ...form, ...part });
  };
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setTried(true);
    if (busy) return;
    if (faults.name || faults.username || faults.unit) {
      focusFault(event.currentTarget);
      return;
    }
    setBusy(true);
    setProblem(null);
    save({ ...form, username }, wish)
      .then(wish.onSaved)
      .catch((thrown: unknown) => {
        setProblem(asProblem(thrown));
        setBusy(false);
      });
  };
  return { form: { ...form, username }, change, faults, tried, busy, problem, submit };
}
