import { useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { Endpoint } from '../../../server/protocol/rest.ts';
import { Button } from '../../components/Button.tsx';
import { SearchField, Select } from '../../components/fields.tsx';
import { Frame } from '../../components/Frame.tsx';
import { EmptyState, ErrorState, Spinner } from '../../components/States.tsx';
import { Banner, StatusPill } from '../../components/Status.tsx';
import { Tabs } from '../../components/Tabs.tsx';
import type { TabPage } from '../../components/Tabs.tsx';
import { commonWords } from '../../i18n/common.ts';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { useRead } from '../../lib/api.ts';
import type { Read } from '../../lib/api.ts';
import { calls } from '../../lib/calls.ts';
import type { Level } from '../../lib/calls.ts';
import { formatAge } from '../../lib/format.ts';
import { useLevels } from '../../lib/levels.ts';
import { hasRole, useMe } from '../../lib/me.tsx';
import { useServerNow } from '../../lib/serverClock.ts';
import { AddEndpointDialog } from './AddEndpointDialog.tsx';
import { ApproveDialog } from './ApproveDialog.tsx';
import { EndpointDrawer } from './EndpointDrawer.tsx';
import { EndpointTable } from './EndpointTable.tsx';
import { endpointWords } from './endpointWords.ts';
import { GroupsTab } from './GroupsTab.tsx';
import { HistoryTab } from './HistoryTab.tsx';
import { SheetsTab } from './SheetsTab.tsx';
import { TreeTab } from './TreeTab.tsx';
import { treeWords } from './treeWords.ts';
import { directoryWords } from './words.ts';

/** Milliseconds between readings: who is online is at most this old. */
const FRESH = 10_000;
/** Milliseconds without typing before the server is asked. */
const PAUSE = 250;

interface Filter {
  q: string;
  level: string;
  state: '' | 'online' | 'offline';
}

const NO_FILTER: Filter = { q: '', level: '', state: '' };

const useTreeWords = () => useWords(treeWords);

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** The administrator's list of endpoints, with the devices behind each. */
export function DirectoryView(): ReactNode {
  const say = useWords(directoryWords);
  const parts = useTreeWords();
  const { user } = useMe();
  const mayChange = hasRole(user, 'administrator');
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const [opened, setOpened] = useState<Endpoint | null>(null);
  const q = useSettled(filter.q.trim());
  const level = filter.level;
  const endpoints = useRead((signal) => calls.endpoints({ q, level }, signal), `${level}/${q}`, FRESH);
  const known = useLevels();
  const levelName = (code: string): string => known.find((l) => l.code === code)?.name ?? code;
  // what the drawer shows follows the list, so that its online state is as fresh
  const shown = opened && (endpoints.data?.find((e) => e.id === opened.id) ?? opened);

  return (
    <Frame title={say('title')} actions={mayChange && <Acts onChanged={endpoints.reload} onAdded={setOpened} />}>
      <Tabs
        label={parts('pages')}
        pages={[
          {
            id: 'endpoints',
            label: parts('endpoints'),
            content: (
              <div className="flex flex-col gap-6">
                <Filters filter={filter} levels={known} onChange={setFilter} />
                <Found
                  endpoints={endpoints}
                  state={filter.state}
                  levelName={levelName}
                  onOpen={setOpened}
                  onClear={() => setFilter(NO_FILTER)}
                />
              </div>
            ),
          },
          {
            id: 'tree',
            label: parts('tree'),
            content: <TreeTab levels={known} mayChange={mayChange} />,
          },
          { id: 'groups', label: parts('groups'), content: <GroupsTab mayChange={mayChange} /> },
          ...(mayChange ? changePages(parts, endpoints.reload) : []),
        ]}
      />
      {shown && (
        <EndpointDrawer
          endpoint={shown}
          levelName={levelName(shown.level)}
          mayChange={mayChange}
          onClose={() => setOpened(null)}
          onChanged={endpoints.reload}
        />
      )}
    </Frame>
  );
}

/** The pages of who may change the directory. */
function changePages(say: ReturnType<typeof useTreeWords>, onChanged: () => void): TabPage[] {
  return [
    { id: 'sheets', label: say('sheets'), content: <SheetsTab onChanged={onChanged} /> },
    { id: 'history', label: say('history'), content: <HistoryTab onChanged={onChanged} /> },
  ];
}

/** What an administrator may do whatever page is open. */
function Acts(props: { onChanged: () => void; onAdded: (endpoint: Endpoint) => void }): ReactNode {
  const { onChanged, onAdded } = props;
  return (
    <>
      <Adding
        onAdded={(endpoint) => {
          onChanged();
          onAdded(endpoint);
        }}
      />
      <Approving onChanged={onChanged} />
    </>
  );
}

/** Makes an endpoint; what it is called, then everything else on its own page. */
function Adding({ onAdded }: { onAdded: (endpoint: Endpoint) => void }): ReactNode {
  const say = useWords(endpointWords);
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon="plus" size="lg" aria-haspopup="dialog" onPress={() => setOpen(true)}>
        {say('add')}
      </Button>
      {open && (
        <AddEndpointDialog
          onClose={() => setOpen(false)}
          onAdded={(endpoint) => {
            setOpen(false);
            onAdded(endpoint);
          }}
        />
      )}
    </>
  );
}

/** How many devices wait, and the way to approve one from its code. */
function Approving({ onChanged }: { onChanged: () => void }): ReactNode {
  const say = useWords(directoryWords);
  const [open, setOpen] = useState(false);
  const waiting = useRead((signal) => calls.devices({ state: 'waiting' }, signal), 'waiting', FRESH);
  const unclaimed = waiting.data?.filter((d) => d.endpointId === null).length ?? 0;
  return (
    <>
      {unclaimed > 0 && (
        <StatusPill tone="warn" icon="clock">
          {say('waiting', { count: unclaimed })}
        </StatusPill>
      )}
      <Button icon="device" size="lg" tone="primary" onPress={() => setOpen(true)}>
        {say('approve')}
      </Button>
      {open && (
        <ApproveDialog
          endpoint={null}
          onClose={() => setOpen(false)}
          onApproved={() => {
            setOpen(false);
            waiting.reload();
            onChanged();
          }}
        />
      )}
    </>
  );
}

function Filters(props: { filter: Filter; levels: readonly Level[]; onChange: (filter: Filter) => void }): ReactNode {
  const { filter, levels, onChange } = props;
  const say = useWords(directoryWords);
  const states = [
    { value: '', label: say('allStates') },
    { value: 'online', label: say('online') },
    { value: 'offline', label: say('offline') },
  ] as const;
  return (
    <div role="search" className="flex flex-wrap items-center gap-3">
      <SearchField
        label={say('search')}
        value={filter.q}
        onChange={(q) => onChange({ ...filter, q })}
        className="grow basis-96"
      />
      <Select
        label={say('level')}
        quiet
        value={filter.level}
        onChange={(level) => onChange({ ...filter, level })}
        options={[{ value: '', label: say('allLevels') }, ...levels.map((l) => ({ value: l.code, label: l.name }))]}
        className="w-56"
      />
      <Select
        label={say('state')}
        quiet
        value={filter.state}
        onChange={(v) => onChange({ ...filter, state: states.find((s) => s.value === v)?.value ?? '' })}
        options={[...states]}
        className="w-56"
      />
    </div>
  );
}

function Found(props: {
  endpoints: Read<Endpoint[]>;
  state: Filter['state'];
  levelName: (code: string) => string;
  onOpen: (endpoint: Endpoint) => void;
  onClear: () => void;
}): ReactNode {
  const { endpoints, state, levelName, onOpen, onClear } = props;
  const say = useWords(directoryWords);
  const common = useWords(commonWords);
  const language = useLanguage();
  const now = useServerNow(1000);
  // kept over the ticks of the clock, so that the table is not drawn anew each second
  const found = useMemo(
    () => (endpoints.data ?? []).filter((e) => !state || e.online === (state === 'online')),
    [endpoints.data, state],
  );
  if (!endpoints.data) {
    if (endpoints.problem) return <ErrorState problem={endpoints.problem} onRetry={endpoints.reload} />;
    return <Spinner />;
  }
  const online = found.filter((e) => e.online).length;
  const age = formatAge(now - (endpoints.readAt ?? now), language);
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-baseline justify-between gap-3">
        <p role="status" className="font-semibold">
          {say('summary', { shown: found.length, online })}
        </p>
        <p className="text-sm text-muted">{common('updated', { age })}</p>
      </div>
      {endpoints.problem && (
        <Banner tone="warn" icon="clock" live="status">
          {common('stale')}
        </Banner>
      )}
      {found.length ? (
        <EndpointTable endpoints={found} levelName={levelName} onOpen={onOpen} />
      ) : (
        <EmptyState icon="search" title={say('none')} action={<Button onPress={onClear}>{say('clear')}</Button>}>
          {say('noneWhy')}
        </EmptyState>
      )}
    </div>
  );
}
