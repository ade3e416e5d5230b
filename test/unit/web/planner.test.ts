import { expect } from 'chai';
import { readWeek } from '../../../web/lib/plannerCalls.ts';
import type { Block } from '../../../web/lib/plannerCalls.ts';
import { daysOf, proposedStart, stepDay, weekStart } from '../../../web/views/planner/days.ts';
import { changed, emptyPlan, isTouched, planBodyOf } from '../../../web/views/planner/form/plan.ts';
import type { PlanDraft } from '../../../web/views/planner/form/plan.ts';
import { firstDay, repeatOf, ruleOf, ruleUntil, tooLong, untilOf } from '../../../web/views/planner/form/rule.ts';
import { isFree, NO_FILTER, passes, rowsOf, subtreeOf } from '../../../web/views/planner/rows.ts';
import { readViews, withView, writeViews } from '../../../web/views/planner/savedViews.ts';
import { columnOf, hoursFor, momentAt, piecesOf, xOf } from '../../../web/views/planner/timeline.ts';
import type { Timeline } from '../../../web/views/planner/timeline.ts';
import { actOfKey } from '../../../web/views/planner/usePlannerKeys.ts';

const at = (text: string): number => Date.parse(`${text}:00+07:00`);
const line: Timeline = { days: daysOf('week', at('2026-11-25T10:00')), fromHour: 7, toHour: 18, perHour: 20, slot: 30 };

describe('the days of the planner', () => {
  it('begin on Monday, whatever day is shown', () => {
    for (const day of ['2026-11-23T00:00', '2026-11-26T15:00', '2026-11-29T23:59']) {
      expect(weekStart(at(day)), day).to.equal(at('2026-11-23T00:00'));
    }
  });
  it('step by a day or by a week', () => {
    expect(stepDay('day', at('2026-11-30T09:00'), 1)).to.equal(at('2026-12-01T00:00'));
    expect(stepDay('week', at('2026-11-30T09:00'), -1)).to.equal(at('2026-11-23T00:00'));
    expect(stepDay('week', at('2026-11-29T09:00'), 1), 'from a Sunday').to.equal(at('2026-11-30T00:00'));
  });
  it('propose the morning of a day ahead for a new meeting, and no time of their own that is over', () => {
    const now = at('2026-11-25T10:00');
    expect(proposedStart(at('2026-11-30T00:00'), now)).to.equal(at('2026-11-30T08:00'));
    for (const day of ['2026-11-25T00:00', '2026-11-23T00:00']) expect(proposedStart(at(day), now)).to.equal(undefined);
  });
});

describe('the timeline of the planner', () => {
  it('puts a moment into its day, and the place back into the moment', () => {
    const moment = at('2026-11-25T08:30');
    expect(xOf(line, moment)).to.equal(2 * 220 + 30);
    expect(momentAt(line, xOf(line, moment) ?? 0)).to.equal(moment);
    expect(columnOf(line, moment)).to.equal(2 * 22 + 3);
  });
  it('cuts a block that crosses midnight into its days and shows nothing of other weeks', () => {
    expect(piecesOf(line, at('2026-11-24T17:00'), at('2026-11-25T08:00'))).to.deep.equal([
      { left: 220 + 200, width: 20 },
      { left: 440, width: 20 },
    ]);
    expect(piecesOf(line, at('2026-11-16T08:00'), at('2026-11-16T09:00'))).to.deep.equal([]);
  });
  it('opens hours beyond the working day only when something lies there', () => {
    expect(hoursFor(line.days, [])).to.deep.equal([7, 18]);
    const evening = { start: at('2026-11-25T19:15'), end: at('2026-11-25T20:30') };
    expect(hoursFor(line.days, [evening])).to.deep.equal([7, 21]);
  });
});

describe('the plan of a series', () => {
  const first = emptyPlan(at('2026-11-25T10:00'), [], { unitId: undefined, chairUserId: null });
  const series = {
    ...first,
    day: '2026-11-30',
    from: '08:00',
    to: '09:00',
    repeat: 'weekly',
    until: '2026-12-28',
  } as const;
  const except = (plan: PlanDraft) => planBodyOf(plan).recurrence?.except;

  it('sends the days that were left out, in order, and none beyond its end', () => {
    const skipped = ['2026-12-28', '2026-12-07'];
    expect(except({ ...series, skipped })).to.deep.equal(['2026-12-07', '2026-12-28']);
    expect(except({ ...series, skipped, until: '2026-12-21' })).to.deep.equal(['2026-12-07']);
    expect(except({ ...series, skipped: [] })).to.equal(undefined);
  });
  it('forgets them with another first day or rhythm, not with another hour', () => {
    const plan = { ...series, skipped: ['2026-12-07'] };
    expect(changed(plan, { from: '07:30' }).skipped).to.deep.equal(['2026-12-07']);
    expect(changed(plan, { day: '2026-12-01' }).skipped).to.deep.equal([]);
    expect(changed(plan, { repeat: 'biweekly' }).skipped).to.deep.equal([]);
  });
  it('knows whether somebody typed or chose anything', () => {
    expect(isTouched(first, { ...first, endpointIds: new Set(first.endpointIds) })).to.equal(false);
    expect(isTouched(first, { ...first, title: 'G' })).to.equal(true);
    expect(isTouched(first, { ...first, endpointIds: new Set(['one']) })).to.equal(true);
  });
});

describe('a repeated meeting', () => {
  it('has a rule of its own weekday that ends with the last day in the zone', () => {
    expect(ruleOf('weekly', '2026-11-23')).to.equal('FREQ=WEEKLY;BYDAY=MO');
    expect(ruleOf('monthly', '2026-11-30')).to.equal('FREQ=MONTHLY;BYDAY=-1MO');
    expect(ruleUntil('FREQ=WEEKLY;BYDAY=MO', '2027-06-30')).to.equal('FREQ=WEEKLY;BYDAY=MO;UNTIL=20270630T165959Z');
    expect(repeatOf('FREQ=WEEKLY;INTERVAL=2;BYDAY=MO')).to.equal('biweekly');
    expect(repeatOf('FREQ=DAILY')).to.equal(null);
  });
  it('begins on the next day of the rule whose hour is still ahead', () => {
    expect(firstDay('FREQ=WEEKLY;BYDAY=MO', at('2026-11-23T07:00'), '08:00')).to.equal('2026-11-23');
    expect(firstDay('FREQ=WEEKLY;BYDAY=MO', at('2026-11-23T09:00'), '08:00')).to.equal('2026-11-30');
    expect(firstDay(null, at('2026-11-27T20:00'), '08:00'), 'no weekend').to.equal('2026-11-30');
  });
  it('tells its end', () => {
    expect(untilOf('FREQ=WEEKLY;UNTIL=20270630T165959Z')).to.equal(at('2027-06-30T23:59') + 59_000);
    expect(untilOf('FREQ=WEEKLY;UNTIL=20270630')).to.equal(at('2027-06-30T07:00'));
    expect(untilOf('FREQ=WEEKLY;COUNT=6')).to.equal(null);
  });
  it('may not be longer than two years', () => {
    expect(tooLong('2026-11-23', '2028-11-20')).to.equal(false);
    expect(tooLong('2026-11-23', '2029-01-01')).to.equal(true);
  });
});

describe('the rows of the planner', () => {
  it('read the compact answer: which endpoint has which booking', () => {
    const read = readWeek({
      from: '2026-11-23T00:00:00+07:00',
      to: '2026-11-30T00:00:00+07:00',
      kinds: ['briefing', 'training'],
      statuses: ['scheduled'],
      titles: ['Giao ban'],
      blocks: [['m', 0, 0, 0, 480, 570, 1, 1]],
      rows: [
        ['a', [0]],
        ['b', [0]],
        ['c', []],
      ],
    });
    expect(read.blocks[0]).to.include({ start: at('2026-11-23T08:00'), end: at('2026-11-23T09:30'), endpoints: 2 });
    expect(read.byEndpoint.get('b')).to.deep.equal(read.blocks);
    const window = { start: at('2026-11-23T09:30'), end: at('2026-11-23T10:00') };
    expect(isFree(read.byEndpoint.get('a'), window), 'touching is not overlapping').to.equal(true);
    expect(isFree(read.byEndpoint.get('a'), { ...window, start: window.start - 1 })).to.equal(false);
  });
  it('take a draft for no appointment', () => {
    const draft = { start: 0, end: 10, status: 'draft' } as Block;
    expect(isFree([draft], { start: 0, end: 10 })).to.equal(true);
    expect(isFree([{ ...draft, status: 'submitted' }], { start: 0, end: 10 })).to.equal(true);
    expect(isFree([{ ...draft, status: 'scheduled' }], { start: 0, end: 10 })).to.equal(false);
  });
  it('are narrowed by equipment, and by words without accents', () => {
    const endpoint = {
      ...{ name: 'Ủy ban nhân dân xã Tân Trào', shortName: 'Tân Trào', code: 'SD-TAN-TRAO', area: '', online: true },
      equipmentKinds: ['camera'],
    } as unknown as Parameters<typeof passes>[1];
    const sets = { members: null, units: null };
    expect(passes({ ...NO_FILTER, equipment: 'camera', q: 'tan trao' }, endpoint, sets)).to.equal(true);
    expect(passes({ ...NO_FILTER, equipment: 'codec' }, endpoint, sets)).to.equal(false);
  });
  it('keep the heading of a closed area, with its count', () => {
    const endpoint = { id: 'a', area: 'Na Hang' } as Parameters<typeof rowsOf>[0][number];
    expect(rowsOf([endpoint], new Set(['Na Hang']), '')).to.deep.equal([
      { kind: 'area', key: 'area/Na Hang', name: 'Na Hang', count: 1, isOpen: false },
    ]);
  });
  it('take a unit with all below it, in any order of the list', () => {
    const units = [
      { id: 'xa', parentId: 'huyen' },
      { id: 'huyen', parentId: 'tinh' },
      { id: 'tinh', parentId: null },
      { id: 'khac', parentId: 'tinh' },
    ];
    expect([...subtreeOf(units, 'huyen')].sort()).to.deep.equal(['huyen', 'xa']);
  });
});

describe('saved filters of the planner', () => {
  const stored = new Map<string, string>();
  before(() => {
    const storage = { getItem: (key: string) => stored.get(key) ?? null, setItem: stored.set.bind(stored) };
    Object.defineProperty(globalThis, 'localStorage', { value: storage, configurable: true });
  });
  after(() => Reflect.deleteProperty(globalThis, 'localStorage'));
  const view = (name: string, q = '') => ({ name, span: 'week' as const, filter: { ...NO_FILTER, q } });

  it('belong to a person, and one of the same name takes the place of the old one', () => {
    writeViews('a', withView([view('Sở'), view('Xã')], view('Sở', 'tai chinh')));
    expect(readViews('a')).to.deep.equal([view('Xã'), view('Sở', 'tai chinh')]);
    expect(readViews('b')).to.deep.equal([]);
  });
  it('are read past what another version or another hand wrote', () => {
    const old = { name: 'Cũ', span: 'year', filter: { q: 'x', kind: 7, gone: 'y' } };
    stored.set('nhipcau.planner.views.c', JSON.stringify([old, null, { name: '' }, 'x', { name: 'Y', filter: null }]));
    expect(readViews('c')).to.deep.equal([{ name: 'Cũ', span: 'day', filter: { ...NO_FILTER, q: 'x' } }]);
    stored.set('nhipcau.planner.views.c', '{');
    expect(readViews('c')).to.deep.equal([]);
  });
});

describe('a key of the planner', () => {
  const key = (name: string, part: Partial<Parameters<typeof actOfKey>[0]> = {}) => ({
    ...{ key: name, ctrlKey: false, altKey: false, metaKey: false, repeat: false, isComposing: false },
    ...part,
  });
  const page = { inText: false, ownsArrows: false };
  it('is left to text fields, to Vietnamese typing and to the grid where it has arrows of its own', () => {
    expect(actOfKey(key('t'), page, true)).to.equal('today');
    expect(actOfKey(key('t'), { ...page, inText: true }, true)).to.equal(null);
    expect(actOfKey(key('n', { isComposing: true }), page, true)).to.equal(null);
    expect(actOfKey(key('ArrowLeft'), { ...page, ownsArrows: true }, true)).to.equal(null);
    expect(actOfKey(key('ArrowLeft', { ctrlKey: true }), { ...page, ownsArrows: true }, true)).to.equal('previous');
  });
  it('of a single letter can be turned off, undoing cannot', () => {
    expect(actOfKey(key('e'), page, false)).to.equal(null);
    expect(actOfKey(key('z', { ctrlKey: true }), page, false)).to.equal('undo');
  });
});
