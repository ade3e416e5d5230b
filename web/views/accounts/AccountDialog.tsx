import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { ListedUser, User } from '../../../server/protocol/rest.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Select, TextField } from '../../components/fields.tsx';
import { ProblemLine } from '../../components/States.tsx';
import { commonWords } from '../../i18n/common.ts';
import { useWords } from '../../i18n/index.ts';
import type { Tree } from '../../lib/directoryCalls.ts';
import { GrantRows } from './GrantRows.tsx';
import { unitOptions } from './units.ts';
import { useAccountForm } from './useAccountForm.ts';
import type { SavedAccount } from './useAccountForm.ts';
import { accountWords } from './words.ts';

/** Makes an account, or changes the name and the roles of one. */
export function AccountDialog(props: {
  /** null: a new one */
  account: ListedUser | null;
  me: User;
  tree: Tree;
  onClose: () => void;
  onSaved: (saved: SavedAccount) => void;
}): ReactNode {
  const { account, me, tree, onClose, onSaved } = props;
  const say = useWords(accountWords);
  const common = useWords(commonWords);
  const units = useMemo(() => unitOptions(tree.units, me), [tree, me]);
  const keepsRoles = account?.id === me.id;
  const form = useAccountForm({
    account,
    keepsRoles,
    unitId: units.length === 1 ? (units[0]?.value ?? '') : '',
    onSaved,
  });
  const { grants, unitId } = form.form;
  return (
    <Dialog
      title={account ? say('editOf', { name: account.displayName }) : say('make')}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{common('cancel')}</Button>
          <Button type="submit" form="account-form" tone="primary" icon="check" isPending={form.busy}>
            {account ? common('save') : say('make')}
          </Button>
        </>
      }
    >
      <form id="account-form" noValidate onSubmit={form.submit} className="flex flex-col gap-5">
        <ProblemLine problem={form.problem} />
        <WhoFields form={form} isNew={account === null} units={units} />
        {keepsRoles ? (
          <p className="text-muted">{say('noOwnRoles')}</p>
        ) : (
          <GrantRows
            grants={grants}
            units={units}
            firstUnit={unitId || (units[0]?.value ?? '')}
            onChange={(next) => form.change({ grants: next })}
          />
        )}
      </form>
    </Dialog>
  );
}

function WhoFields(props: {
  form: ReturnType<typeof useAccountForm>;
  isNew: boolean;
  units: ReturnType<typeof unitOptions>;
}): ReactNode {
  const { form, isNew, units } = props;
  const { change, faults, tried } = form;
  const { displayName, username, unitId } = form.form;
  const say = useWords(accountWords);
  return (
    <>
      <TextField
        label={say('displayName')}
        hint={say('nameHint')}
        value={displayName}
        onChange={(name) => change({ displayName: name })}
        maxLength={120}
        autoComplete="off"
        autoFocus
        error={tried && faults.name ? say('needName') : null}
      />
      {isNew && (
        <>
          <TextField
            label={say('username')}
            hint={say('usernameHint')}
            value={username}
            onChange={(name) => change({ username: name })}
            maxLength={79}
            autoComplete="off"
            spellCheck="false"
            inputClassName="font-mono"
            error={tried && faults.username ? say('needUsername') : null}
          />
          <Select
            label={say('unit')}
            hint={say('unitHint')}
            value={unitId}
            onChange={(id) => change({ unitId: id })}
            options={[{ value: '', label: say('chooseUnit') }, ...units]}
            error={tried && faults.unit ? say('needUnit') : null}
          />
        </>
      )}
    </>
  );
}
