import type { ReactNode } from 'react';
import type { Role, User } from '../../../server/protocol/rest.ts';
import { Button, IconButton } from '../../components/Button.tsx';
import { Select } from '../../components/fields.tsx';
import type { Option } from '../../components/fields.tsx';
import { commonWords } from '../../i18n/common.ts';
import { useWords } from '../../i18n/index.ts';
import { accountWords } from './words.ts';

/** A role at a unit, while it is chosen. */
export type GrantDraft = User['grants'][number];

// written out: the protocol's own list would bring all its schemas into the browser
const ROLES = Object.keys({ administrator: 1, chairperson: 1, operator: 1, technician: 1 } satisfies Record<
  Role,
  1
>) as Role[];
/** As many as the server takes. */
const MOST = 20;

/** The roles of an account, each at a unit, to be chosen. */
export function GrantRows(props: {
  grants: readonly GrantDraft[];
  units: Option[];
  /** unit that a further role begins with */
  firstUnit: string;
  onChange: (grants: GrantDraft[]) => void;
}): ReactNode {
  const { grants, units, firstUnit, onChange } = props;
  const say = useWords(accountWords);
  const put = (at: number, part: Partial<GrantDraft>): void =>
    onChange(grants.map((grant, i) => (i === at ? { ...grant, ...part } : grant)));
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-1 text-[0.9375rem] font-semibold">{say('roles')}</legend>
      <p className="text-sm text-muted">{say('roleLead')}</p>
      {grants.map((grant, at) => (
        <GrantRow
          // two rows may be equal while they are chosen: only the place tells them apart
          key={at}
          number={at + 1}
          grant={grant}
          units={units}
          onChange={(part) => put(at, part)}
          onRemove={() => onChange(grants.filter((_, i) => i !== at))}
        />
      ))}
      <Button
        icon="plus"
        className="self-start"
        isDisabled={grants.length >= MOST || firstUnit === ''}
        onPress={() => onChange([...grants, { role: 'chairperson', unitId: firstUnit }])}
      >
        {say('addRole')}
      </Button>
    </fieldset>
  );
}

function GrantRow(props: {
  number: number;
  grant: GrantDraft;
  units: Option[];
  onChange: (part: Partial<GrantDraft>) => void;
  onRemove: () => void;
}): ReactNode {
  const { number, grant, units, onChange, onRemove } = props;
  const say = useWords(accountWords);
  const common = useWords(commonWords);
  const role = common(`role.${grant.role}`);
  const unit = units.find((one) => one.value === grant.unitId)?.label.trim() ?? say('unknownUnit');
  return (
    <div role="group" aria-label={say('roleNumber', { number })} className="flex items-end gap-3">
      <Select
        label={say('role')}
        value={grant.role}
        onChange={(value) => onChange({ role: ROLES.find((one) => one === value) ?? grant.role })}
        options={ROLES.map((value) => ({ value, label: common(`role.${value}`) }))}
        className="min-w-0 basis-56"
      />
      <Select
        label={say('roleUnit')}
        value={grant.unitId}
        onChange={(unitId) => onChange({ unitId })}
        options={
          units.some((one) => one.value === grant.unitId) ? units : [{ value: grant.unitId, label: unit }, ...units]
        }
        className="min-w-0 grow basis-64"
      />
      <IconButton icon="trash" label={say('removeRole', { role, unit })} tip="start" onPress={onRemove} />
    </div>
  );
}
