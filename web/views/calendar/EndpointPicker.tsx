import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { Endpoint } from '../../../server/protocol/rest.ts';
import { Checkbox, SearchField } from '../../components/fields.tsx';
import { Icon } from '../../components/icons.tsx';
import { useWords } from '../../i18n/index.ts';
import { matches } from '../../lib/fold.ts';
import type { Directory } from './useDirectory.ts';
import { calendarWords } from './words.ts';

interface Group {
  name: string;
  endpoints: Endpoint[];
}

/** Endpoints in groups: by area, or by level where a level is one group. */
function groupsOf(endpoints: Endpoint[]): Group[] {
  const groups = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints) groups.set(endpoint.area, [...(groups.get(endpoint.area) ?? []), endpoint]);
  return [...groups].map(([name, members]) => ({ name, endpoints: members }));
}

/** Chooses endpoints: search without accents, whole levels and areas at once, one by one. */
export function EndpointPicker(props: {
  directory: Directory;
  chosen: ReadonlySet<string>;
  /** always invited; cannot be taken out here */
  chairEndpointId: string;
  onChange: (chosen: ReadonlySet<string>) => void;
}): ReactNode {
  const { directory, chosen, chairEndpointId, onChange } = props;
  const say = useWords(calendarWords);
  const [q, setQ] = useState('');
  const found = useMemo(
    () => directory.endpoints.filter((e) => !q || matches(q, e.name, e.shortName, e.code, e.area)),
    [directory.endpoints, q],
  );
  const levels = useMemo(() => {
    const names = new Map(directory.levels.map((l) => [l.code, l.name]));
    const codes = [...new Set([...names.keys(), ...found.map((e) => e.level)])];
    return codes
      .map((code) => ({ name: names.get(code) ?? code, endpoints: found.filter((e) => e.level === code) }))
      .filter((level) => level.endpoints.length > 0);
  }, [found, directory.levels]);

  const choose = (endpoints: Endpoint[], on: boolean): void => {
    const next = new Set(chosen);
    for (const { id } of endpoints) {
      if (on) next.add(id);
      else if (id !== chairEndpointId) next.delete(id);
    }
    onChange(next);
  };

  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <SearchField label={say('search')} value={q} onChange={setQ} className="grow basis-72" />
        <p role="status" className="font-semibold text-accent">
          {say('chosen', { count: chosen.size })}
        </p>
      </div>
      {!found.length && <p className="px-2 py-6 text-center text-muted">{say('noMatch', { q })}</p>}
      <div className="flex flex-col gap-4">
        {levels.map((level) => (
          <Level key={level.name} group={level} chosen={chosen} chairEndpointId={chairEndpointId} choose={choose} />
        ))}
      </div>
    </div>
  );
}

interface LevelProps {
  group: Group;
  chosen: ReadonlySet<string>;
  chairEndpointId: string;
  choose: (endpoints: Endpoint[], on: boolean) => void;
}

function Level({ group, chosen, chairEndpointId, choose }: LevelProps): ReactNode {
  const areas = groupsOf(group.endpoints);
  return (
    <fieldset className="rounded-xl border border-line">
      <legend className="sr-only">{group.name}</legend>
      <All group={group} chosen={chosen} choose={choose} className="rounded-b-none bg-sunken font-semibold" />
      {areas.map((area) => (
        <div key={area.name} className="border-t border-line px-1 py-1">
          {areas.length > 1 && (
            <All group={area} chosen={chosen} choose={choose} className="text-[0.9375rem] font-semibold text-muted" />
          )}
          <div className="grid grid-cols-[repeat(auto-fill,minmax(17rem,1fr))]">
            {area.endpoints.map((endpoint) => (
              <One
                key={endpoint.id}
                endpoint={endpoint}
                isChosen={chosen.has(endpoint.id)}
                isChair={endpoint.id === chairEndpointId}
                choose={choose}
              />
            ))}
          </div>
        </div>
      ))}
    </fieldset>
  );
}

function All(props: Omit<LevelProps, 'chairEndpointId'> & { className: string }): ReactNode {
  const { group, chosen, choose, className } = props;
  const say = useWords(calendarWords);
  const count = group.endpoints.filter((e) => chosen.has(e.id)).length;
  const all = count === group.endpoints.length;
  return (
    <Checkbox
      isSelected={all}
      isMixed={count > 0 && !all}
      onChange={(on) => choose(group.endpoints, on)}
      className={className}
    >
      {say('allOf', { name: group.name, count: group.endpoints.length })}
    </Checkbox>
  );
}

function One(props: {
  endpoint: Endpoint;
  isChosen: boolean;
  isChair: boolean;
  choose: LevelProps['choose'];
}): ReactNode {
  const { endpoint, isChosen, isChair, choose } = props;
  const say = useWords(calendarWords);
  return (
    <Checkbox
      isSelected={isChosen || isChair}
      isDisabled={isChair}
      onChange={(on) => choose([endpoint], on)}
      className="text-[0.9375rem]"
    >
      <span className="flex items-center gap-2" title={endpoint.name}>
        <span className="truncate">{endpoint.shortName}</span>
        {isChair && <span className="text-sm font-semibold text-accent">({say('chairMark')})</span>}
        <Icon
          name={endpoint.online ? 'online' : 'offline'}
          size="1.05em"
          className={endpoint.online ? 'ml-auto text-ok' : 'ml-auto text-muted opacity-60'}
        />
        <span className="sr-only">{say(endpoint.online ? 'online' : 'offline')}</span>
      </span>
    </Checkbox>
  );
}
