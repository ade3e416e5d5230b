import { useCallback, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { Frame } from '../../components/Frame.tsx';
import { EmptyState, ErrorState, Spinner } from '../../components/States.tsx';
import { Banner, Count } from '../../components/Status.tsx';
import { commonWords } from '../../i18n/common.ts';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { formatDate, formatDay } from '../../lib/format.ts';
import { hasRole, useMe } from '../../lib/me.tsx';
import { serverNow } from '../../lib/serverClock.ts';
import { stepDay } from './days.ts';
import { deskWords } from './deskWords.ts';
import { Filters } from './Filters.tsx';
import { Grid } from './Grid.tsx';
import type { GridActions } from './Grid.tsx';
import { Legend } from './Legend.tsx';
import { MeetingTable } from './MeetingTable.tsx';
import './planner.css';
import { PrintSheet } from './PrintSheet.tsx';
import { NO_FILTER, rowsOf } from './rows.ts';
import { hoursFor, WORK } from './timeline.ts';
import type { Timeline } from './timeline.ts';
import { PlannerBar } from './Toolbar.tsx';
import type { BarState } from './Toolbar.tsx';
import { useBarState } from './useBarState.ts';
import type { Place } from './useCursor.ts';
import { useMoves } from './useMoves.ts';
import { usePlanner } from './usePlanner.ts';
import type { PlannerData } from './usePlanner.ts';
import { usePlannerKeys } from './usePlannerKeys.ts';
import type { PlannerAct } from './usePlannerKeys.ts';
import { useLater, useUndo } from './undo.ts';
import { useWaiting } from './useWaiting.ts';
import { useRestOfWindow, useWidth } from './useWidth.ts';
import { Windows } from './Windows.tsx';
import type { Open } from './Windows.tsx';
import { plannerWords } from './words.ts';

const NONE_MOVED: ReadonlyMap<string, number> = new Map();

/** "Lịch họp các điểm cầu": every endpoint's bookings, and everything that plans. */
export function PlannerView(): ReactNode {
  const say = useWords(plannerWords);
  const planner = usePlannerDesk();
  const { bar, setBar, data, setOpen, run, step, mayBook } = planner;
  return (
    <Frame
      title={say('title')}
      wide
      actions={
        mayBook && <Acts isReady={data.directory.ready} waiting={planner.windows.waiting.count} onOpen={setOpen} />
      }
    >
      <div className="flex flex-col gap-4">
        <PlannerBar
          state={bar}
          onChange={setBar}
          onStep={step}
          onToday={() => run('today')}
          onPrint={() => window.print()}
          onKeys={() => run('keyTable')}
        />
        <Filters
          filter={data.filter}
          levels={data.directory.levels}
          groups={data.groups}
          units={data.units}
          day={bar.day}
          onChange={data.setFilter}
          onViews={() => setOpen({ kind: 'views' })}
          searchRef={planner.search}
        />
        <Body
          data={data}
          bar={bar}
          mayBook={mayBook}
          onTemplate={() => setOpen({ kind: 'templates' })}
          actions={planner.actions}
        />
      </div>
      <Windows
        {...planner.windows}
        data={data}
        setOpen={setOpen}
        onShow={(day) => setBar({ day })}
        span={bar.span}
        onSpan={(span) => setBar({ span })}
      />
    </Frame>
  );
}

/** State of the planner: what is shown, what is open, what keys and presses do. */
function usePlannerDesk() {
  const { user } = useMe();
  const mayBook = hasRole(user, 'administrator', 'chairperson');
  const [bar, setBar] = useBarState();
  const [open, setOpen] = useState<Open>(null);
  const [letters, setLetters] = useState(true);
  const { undo, offer } = useUndo();
  const later = useLater();
  const waiting = useWaiting(mayBook);
  const [moved, setMoved] = useState(NONE_MOVED);
  const data = usePlanner(bar.span, bar.day, { hidden: later.waiting, moved });
  const { move, takeBack } = useMoves({
    readAt: data.week.readAt,
    reload: data.week.reload,
    offer,
    onMoved: setMoved,
    onRefused: (refused) => setOpen({ kind: 'move', ...refused }),
  });
  const place = useRef<Place | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const step = useCallback((sign: -1 | 1) => setBar((old) => ({ day: stepDay(old.span, old.day, sign) })), [setBar]);
  const run = (act: PlannerAct): void => {
    const here = place.current?.block;
    const acts: Record<PlannerAct, () => void> = {
      today: () => setBar({ day: serverNow() }),
      previous: () => step(-1),
      next: () => step(1),
      create: () => mayBook && setOpen({ kind: 'form', at: cellOf(place.current) }),
      edit: () => here && setOpen({ kind: 'edit', id: here.id }),
      cancel: () => here && setOpen({ kind: 'cancel', id: here.id }),
      undo: () => undo(),
      search: () => search.current?.focus(),
      keyTable: () => setOpen({ kind: 'keys' }),
    };
    acts[act]();
  };
  usePlannerKeys(letters, run);
  const onPlace = useCallback((at: Place | null) => {
    place.current = at;
  }, []);
  const actions: Omit<GridActions, 'onToggle'> = {
    onOpen: (id) => setOpen({ kind: 'block', id }),
    onCreate: (start, endpointId) => mayBook && setOpen({ kind: 'form', at: { start, endpointId } }),
    onMove: (id, start) => {
      const block = data.read.blocks.find((b) => b.id === id);
      if (block) void move(block, start);
    },
    onStep: step,
    onPlace,
  };
  const windows = { open, later, offer, takeBack, waiting, letters, setLetters };
  return { bar, setBar, data, setOpen, run, step, mayBook, search, actions, windows };
}

const cellOf = (place: Place | null) =>
  place?.endpointId ? { start: place.at, endpointId: place.endpointId } : undefined;

function Acts(props: { isReady: boolean; waiting: number; onOpen: (open: Open) => void }): ReactNode {
  const { isReady, waiting, onOpen } = props;
  const say = useWords(plannerWords);
  const desk = useWords(deskWords);
  return (
    <>
      <Button
        icon="clock"
        size="lg"
        aria-label={waiting ? desk('waitingCount', { count: waiting }) : undefined}
        aria-haspopup="dialog"
        onPress={() => onOpen({ kind: 'waiting' })}
      >
        {desk('waiting')}
        {waiting > 0 && (
          <Count tone="warn" className="ml-2">
            {waiting}
          </Count>
        )}
      </Button>
      <Button icon="copy" size="lg" isDisabled={!isReady} onPress={() => onOpen({ kind: 'templates' })}>
        {say('fromTemplate')}
      </Button>
      <Button icon="plus" size="lg" tone="primary" isDisabled={!isReady} onPress={() => onOpen({ kind: 'form' })}>
        {say('create')}
      </Button>
    </>
  );
}

interface BodyProps {
  data: PlannerData;
  bar: BarState;
  mayBook: boolean;
  actions: Omit<GridActions, 'onToggle'>;
  onTemplate: () => void;
}

/** The grid or the list, or why there is none. */
function Body(props: BodyProps): ReactNode {
  const { data, bar, mayBook, actions, onTemplate } = props;
  const say = useWords(plannerWords);
  const common = useWords(commonWords);
  const { directory, week, endpoints, read } = data;
  const problem = directory.problem ?? (week.data ? null : week.problem);
  if (problem) return <ErrorState problem={problem} onRetry={directory.problem ? directory.reload : week.reload} />;
  if (!directory.ready || !week.data) return <Spinner />;
  const isEmpty = !week.loading && read.blocks.length === 0;
  const empty = isEmpty && (
    <Banner
      tone="accent"
      icon="calendar"
      action={mayBook && <Button onPress={onTemplate}>{say('emptyAction')}</Button>}
    >
      {say(bar.span === 'day' ? 'emptyDay' : 'emptyWeek')}
    </Banner>
  );
  return (
    <>
      {week.problem && (
        <Banner tone="warn" icon="clock" live="status">
          {common('stale')}
        </Banner>
      )}
      {empty}
      {!endpoints.length ? (
        <EmptyState
          icon="search"
          title={say('none')}
          action={<Button onPress={() => data.setFilter(NO_FILTER)}>{say('clear')}</Button>}
        >
          {say('noneWhy')}
        </EmptyState>
      ) : bar.span === 'list' ? (
        <MeetingTable blocks={read.blocks} onOpen={actions.onOpen} />
      ) : (
        <GridPart {...props} />
      )}
      <Printing data={data} bar={bar} />
    </>
  );
}

function Printing({ data, bar }: { data: PlannerData; bar: BarState }): ReactNode {
  const say = useWords(plannerWords);
  const language = useLanguage();
  const [first = bar.day] = data.days;
  const shown =
    data.days.length === 1
      ? formatDay(first, language)
      : say('weekOf', { from: formatDate(first), to: formatDate(data.days.at(-1) ?? first) });
  return (
    <PrintSheet days={data.days} read={data.read} endpoints={data.endpoints} title={`${say('title')} · ${shown}`} />
  );
}

/** Narrowest hour, in pixels, of a day and of a week at zoom 1. */
const NARROWEST = { day: 72, week: 20 };

function GridPart({ data, bar, actions }: BodyProps): ReactNode {
  const say = useWords(plannerWords);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const gridRef = useRef<HTMLDivElement>(null);
  const placeRef = useRef<HTMLDivElement>(null);
  const { ref: widthRef, width } = useWidth();
  const height = useRestOfWindow(placeRef);
  const { days, read, endpoints } = data;
  const everything = say('wholeOrganisation');
  const rows = useMemo(() => rowsOf(endpoints, closed, everything), [endpoints, closed, everything]);
  const isDay = days.length === 1;
  // a day scrolls over all its hours; a week shows those that are used
  const [fromHour, toHour] = isDay ? [0, 24] : hoursFor(days, read.blocks);
  const shownHours = isDay ? WORK[1] - WORK[0] : (toHour - fromHour) * days.length;
  const names = Math.min(272, Math.max(160, width * 0.17));
  const fit = Math.max((width - names - 18) / shownHours, isDay ? NARROWEST.day : NARROWEST.week);
  const perHour = Math.round(fit * bar.zoom);
  const line = useMemo<Timeline>(
    () => ({ days, fromHour, toHour, perHour, slot: bar.slot }),
    [days, fromHour, toHour, perHour, bar.slot],
  );
  const toggle = useCallback((area: string) => {
    setClosed((old) => {
      const next = new Set(old);
      if (!next.delete(area)) next.add(area);
      return next;
    });
  }, []);
  const areas = new Set(endpoints.map((e) => e.area || everything));
  return (
    <div ref={widthRef} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-x-6">
        <p role="status" className="font-semibold">
          {say('summary', { endpoints: endpoints.length, meetings: read.blocks.length })}
        </p>
        <Button tone="quiet" onPress={() => setClosed(closed.size ? new Set() : areas)}>
          {say(closed.size ? 'openAll' : 'closeAll')}
        </Button>
      </div>
      <div ref={placeRef}>
        {width > 0 && (
          <Grid
            {...actions}
            rows={rows}
            read={read}
            line={line}
            firstHour={WORK[0]}
            height={height}
            gridRef={gridRef}
            onToggle={toggle}
          />
        )}
      </div>
      <Legend />
    </div>
  );
}
