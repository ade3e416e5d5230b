import { useState } from 'react';
import type { ReactNode, Ref } from 'react';
import type { Group } from '../../../server/protocol/directory.ts';
import type { Unit } from '../../../server/protocol/rest.ts';
import { Button, ToggleButton } from '../../components/Button.tsx';
import { TimeField } from '../../components/dateFields.tsx';
import { SearchField, Select } from '../../components/fields.tsx';
import { useWords } from '../../i18n/index.ts';
import type { Level } from '../../lib/calls.ts';
import { formatDate } from '../../lib/format.ts';
import { KINDS } from '../calendar/draft.ts';
import { deskWords } from './deskWords.ts';
import { EQUIPMENT, NO_FILTER, STEPS } from './rows.ts';
import type { Filter } from './rows.ts';
import { plannerWords } from './words.ts';

interface Props {
  filter: Filter;
  levels: readonly Level[];
  groups: readonly Group[];
  units: readonly Unit[];
  day: number;
  onChange: (filter: Filter) => void;
  /** opens the saved filters */
  onViews: () => void;
  searchRef: Ref<HTMLInputElement>;
  /** what stands at the end of the line */
  end?: ReactNode;
}

/** What narrows the rows: words, level, group; and behind a button unit, state, kind, free hours. */
export function Filters(props: Props): ReactNode {
  const { filter, levels, groups, onChange, onViews, searchRef, end } = props;
  const say = useWords(plannerWords);
  const desk = useWords(deskWords);
  const [more, setMore] = useState(false);
  const narrowed = JSON.stringify({ ...filter, calledOff: '' }) !== JSON.stringify(NO_FILTER);
  return (
    <div role="search" aria-label={say('filters')} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <SearchField
          label={say('search')}
          value={filter.q}
          onChange={(q) => onChange({ ...filter, q })}
          className="grow basis-60"
          inputRef={searchRef}
        />
        <Choice
          label={say('level')}
          all={say('allLevels')}
          value={filter.level}
          options={levels.map((l) => ({ value: l.code, label: l.name }))}
          onChange={(level) => onChange({ ...filter, level })}
        />
        {groups.length > 0 && (
          <Choice
            label={say('group')}
            all={say('allGroups')}
            value={filter.groupId}
            options={groups.map((g) => ({ value: g.id, label: `${g.name} (${g.members.length})` }))}
            onChange={(groupId) => onChange({ ...filter, groupId })}
          />
        )}
        <ToggleButton
          isSelected={filter.calledOff !== ''}
          onChange={(on) => onChange({ ...filter, calledOff: on ? 'shown' : '' })}
        >
          {say('showCalledOff')}
        </ToggleButton>
        <Button icon="settings" aria-expanded={more} onPress={() => setMore(!more)}>
          {say('moreFilters')}
        </Button>
        <Button icon="star" aria-haspopup="dialog" onPress={onViews}>
          {desk('views')}
        </Button>
        {narrowed && (
          <Button tone="quiet" icon="x" onPress={() => onChange({ ...NO_FILTER, calledOff: filter.calledOff })}>
            {say('clear')}
          </Button>
        )}
        {end}
      </div>
      {more && <More {...props} />}
    </div>
  );
}

function More({ filter, units, day, onChange }: Props): ReactNode {
  const say = useWords(plannerWords);
  const desk = useWords(deskWords);
  const set = (part: Partial<Filter>): void => onChange({ ...filter, ...part });
  return (
    <div className="flex flex-wrap items-end gap-3 rounded-xl border border-line bg-surface p-4">
      <Choice
        label={say('unit')}
        all={say('allUnits')}
        value={filter.unitId}
        options={units.map((u) => ({ value: u.id, label: u.name }))}
        onChange={(unitId) => set({ unitId })}
        wide
      />
      <Choice
        label={say('state')}
        all={say('allStates')}
        value={filter.state}
        options={(['online', 'offline'] as const).map((s) => ({ value: s, label: say(s) }))}
        onChange={(v) => set({ state: v === 'online' || v === 'offline' ? v : '' })}
      />
      <Choice
        label={say('kind')}
        all={say('allKinds')}
        value={filter.kind}
        options={KINDS.map((k) => ({ value: k, label: say(`kind.${k}`) }))}
        onChange={(kind) => set({ kind })}
      />
      <Choice
        label={desk('step')}
        all={desk('allSteps')}
        value={filter.step}
        options={STEPS.map((s) => ({ value: s, label: say(`status.${s}`) }))}
        onChange={(step) => set({ step })}
      />
      <Choice
        label={desk('equipment')}
        all={desk('allEquipment')}
        value={filter.equipment}
        options={EQUIPMENT.map((kind) => ({ value: kind, label: desk(`has.${kind}`) }))}
        onChange={(equipment) => set({ equipment })}
      />
      <TimeField
        label={say('freeFrom')}
        value={filter.freeFrom}
        onChange={(freeFrom) => set({ freeFrom })}
        className="w-32"
      />
      <TimeField label={say('freeTo')} value={filter.freeTo} onChange={(freeTo) => set({ freeTo })} className="w-32" />
      <p className="basis-full text-sm text-muted">{say('freeOnDay', { day: formatDate(day) })}</p>
    </div>
  );
}

function Choice(props: {
  label: string;
  all: string;
  value: string;
  options: { value: string; label: string }[];
  onChange: (value: string) => void;
  wide?: boolean;
}): ReactNode {
  const { label, all, value, options, onChange, wide } = props;
  return (
    <Select
      label={label}
      quiet
      value={value}
      onChange={onChange}
      options={[{ value: '', label: all }, ...options]}
      className={wide ? 'w-80' : 'w-50'}
    />
  );
}
