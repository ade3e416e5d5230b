import { useCallback, useMemo, useRef, useState } from 'react';
import type { Dispatch, ReactNode, SetStateAction } from 'react';
import { Button, IconButton } from '../../components/Button.tsx';
import { Frame } from '../../components/Frame.tsx';
import { EmptyState, ErrorState, Spinner } from '../../components/States.tsx';
import { Banner, Count } from '../../components/Status.tsx';
import { commonWords } from '../../i18n/common.ts';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { formatDate, formatDay } from '../../lib/format.ts';
import { hasRole, useMe } from '../../lib/me.tsx';
import { usePrefs } from '../../lib/prefs.ts';
import { serverNow } from '../../lib/serverClock.ts';
import { proposedStart, stepDay } from './days.ts';
import { deskWords } from './deskWords.ts';
import { Filters } from './Filters.tsx';
import type { PlanPlace } from './form/plan.ts';
import { Grid } from './Grid.tsx';
import type { GridActions } from './Grid.tsx';
import { Legend } from './Legend.tsx';
import { MeetingTable } from './MeetingTable.tsx';
import './planner.css';
import { PrintSheet } from './PrintSheet.tsx';
import { isCalledOff, NO_FILTER, rowsOf } from './rows.ts';
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
const NONE_CLOSED: ReadonlySet<string> = new Set();

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
        mayBook && (
          <Acts
            isReady={data.directory.ready}
            waiting={planner.windows.waiting.count}
            onOpen={setOpen}
            onCreate={() => run('create')}
          />
        )
      }
    >
      <div className="flex flex-col gap-2">
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
          end={bar.span !== 'list' && <FoldAll data={data} {...planner.fold} />}
        />
        <Body
          data={data}
          bar={bar}
          mayBook={mayBook}
          onTemplate={() => setOpen({ kind: 'templates' })}
          actions={planner.actions}
          fold={planner.fold}
        />
      </div>
      <Windows
        {...planner.windows}
        data={data}
        setOpen={setOpen}
        onShow={(day) => setBar({ day })}
        span={bar.span}
        day={bar.day}
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
  const [moved, setMoved] = useState(NONE_MOVED);
  const [closed, setClosed] = useState(NONE_CLOSED);
  const data = usePlanner(bar.span, bar.day, { hidden: later.waiting, moved });
  // what waits is looked for among all meetings: the grid comes first
  const waiting = useWaiting(mayBook && data.week.data !== null);
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
      create: () => mayBook && setOpen({ kind: 'form', at: placeOf(place.current, bar.day) }),
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
  return { bar, setBar, data, setOpen, run, step, mayBook, search, actions, windows, fold: { closed, setClosed } };
}

/** Where a new meeting is wanted: the cell under the cursor, else the shown day. */
function placeOf(cell: Place | null, day: number): PlanPlace | undefined {
  if (cell?.endpointId) return { start: cell.at, endpointId: cell.endpointId };
  const start = proposedStart(day, serverNow());
  return start === undefined ? undefined : { start };
}

interface ActsProps {
  isReady: boolean;
  waiting: number;
  onOpen: (open: Open) => void;
  onCreate: () => void;
}

function Acts(props: ActsProps): ReactNode {
  const { isReady, waiting, onOpen, onCreate } = props;
  const say = useWords(plannerWords);
  const desk = useWords(deskWords);
  return (
    <>
      <Button
        icon="clock"
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
      <Button icon="copy" isDisabled={!isReady} onPress={() => onOpen({ kind: 'templates' })}>
        {say('fromTemplate')}
      </Button>
      <Button icon="plus" tone="primary" isDisabled={!isReady} onPress={onCreate}>
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
  fold: Fold;
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

/** Which areas show their heading only. */
interface Fold {
  closed: ReadonlySet<string>;
  setClosed: Dispatch<SetStateAction<ReadonlySet<string>>>;
}

/** Closes all areas, or opens them again. */
function FoldAll({ data, closed, setClosed }: Fold & { data: PlannerData }): ReactNode {
  const say = useWords(plannerWords);
  const areas = new Set(data.endpoints.map((e) => e.area || say('wholeOrganisation')));
  return (
    <IconButton
      icon={closed.size ? 'chevron' : 'chevronDown'}
      label={say(closed.size ? 'openAll' : 'closeAll')}
      tone="plain"
      tip="start"
      onPress={() => setClosed(closed.size ? NONE_CLOSED : areas)}
    />
  );
}

/** Narrowest hour, in pixels, of a day and of a week at zoom 1 and the ordinary text size. */
const NARROWEST = { day: 72, week: 20 };

function GridPart({ data, bar, actions, fold }: BodyProps): ReactNode {
  const say = useWords(plannerWords);
  const { closed, setClosed } = fold;
  const gridRef = useRef<HTMLDivElement>(null);
  const placeRef = useRef<HTMLDivElement>(null);
  const { ref: widthRef, width } = useWidth();
  const height = useRestOfWindow(placeRef);
  const { textScale } = usePrefs();
  const { days, read, endpoints } = data;
  const everything = say('wholeOrganisation');
  const rows = useMemo(() => rowsOf(endpoints, closed, everything), [endpoints, closed, everything]);
  const isDay = days.length === 1;
  // a day scrolls over all its hours; a week shows those that are used
  const [fromHour, toHour] = isDay ? [0, 24] : hoursFor(days, read.blocks);
  const shownHours = isDay ? WORK[1] - WORK[0] : (toHour - fromHour) * days.length;
  const names = Math.min(272, Math.max(160, width * 0.17));
  const narrowest = textScale * (isDay ? NARROWEST.day : NARROWEST.week);
  const fit = Math.max((width - names - 18) / shownHours, narrowest);
  const perHour = Math.round(fit * bar.zoom);
  const line = useMemo<Timeline>(
    () => ({ days, fromHour, toHour, perHour, slot: bar.slot }),
    [days, fromHour, toHour, perHour, bar.slot],
  );
  const toggle = useCallback(
    (area: string) => {
      setClosed((old) => {
        const next = new Set(old);
        if (!next.delete(area)) next.add(area);
        return next;
      });
    },
    [setClosed],
  );
  const meetings = read.blocks.filter((block) => !isCalledOff(block)).length;
  const summary = say('summary', { endpoints: endpoints.length, meetings });
  return (
    <div ref={widthRef} className="flex flex-col gap-2">
      <p role="status" className="sr-only">
        {summary}
      </p>
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
            summary={summary}
            onToggle={toggle}
          />
        )}
      </div>
      <Legend calledOff={data.filter.calledOff !== ''} />
    </div>
  );
}
