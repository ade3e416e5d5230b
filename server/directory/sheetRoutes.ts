import type { UserActor } from '../accounts/actor.ts';
import { visibleUnits } from '../accounts/rights.ts';
import { AppError } from '../errors.ts';
import { defineRoute, Reply } from '../http/route.ts';
import type { Route, Upload } from '../http/route.ts';
import {
  CSV_TYPE,
  exportQuery,
  MAX_SHEET_BYTES,
  planPreview,
  sheetParams,
  sheetQuery,
  surgery as surgeryShape,
  XLSX_TYPE,
} from '../protocol/surgery.ts';
import type { SheetKind } from '../protocol/surgery.ts';
import { administersAny } from './dayRights.ts';
import { planOfSheet } from './sheetPlan.ts';
import { readSheet } from './sheetReader.ts';
import { csvOf, sheetOf, xlsxOf } from './sheetWriter.ts';
import type { WantedPlan } from './surgery.ts';
import { PLANNING } from './surgeryRoutes.ts';
import type { SurgeryRouteServices } from './surgeryRoutes.ts';

const FILE = { types: [XLSX_TYPE, CSV_TYPE], maxBytes: MAX_SHEET_BYTES };
const TITLES: Record<SheetKind, string> = { units: 'Đơn vị', endpoints: 'Điểm cầu', surgery: 'Sắp xếp đơn vị' };

/** @returns the routes by which units, endpoints and plans come in and go out as sheets */
export function sheetRoutes(services: SurgeryRouteServices): Route[] {
  const { directory, surgery, undo } = services;
  const read = sheetReading(services);
  return [
    defineRoute({
      method: 'post',
      path: '/directory/import/:kind/preview',
      summary:
        'Dry run of a sheet (XLSX or CSV) of units, endpoints or operations: every fault with its row and column',
      access: 'user',
      limit: PLANNING,
      params: sheetParams,
      query: sheetQuery,
      rawBody: FILE,
      answer: planPreview,
      errors: ['sheet_unreadable'],
      handle: async ({ actor, params, query, upload }) => {
        const { plan, unchanged } = await read(actor, params.kind, query, upload);
        const preview = await surgery.preview(actor, plan);
        return { ...preview, counts: { ...preview.counts, unchanged: preview.counts.unchanged + unchanged } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/directory/import/:kind/apply',
      summary: 'Carry out a sheet, all or nothing',
      access: 'user',
      limit: PLANNING,
      params: sheetParams,
      query: sheetQuery,
      rawBody: FILE,
      answer: surgeryShape,
      status: 201,
      errors: ['sheet_unreadable', 'plan_refused', 'name_taken'],
      handle: async ({ actor, params, query, upload }) => {
        const { plan } = await read(actor, params.kind, query, upload);
        return undo.view(await surgery.apply(actor, plan));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/directory/export/:kind',
      summary: 'The directory of a day as a sheet that import reads back; `surgery`: the empty form of a plan',
      access: 'user',
      params: sheetParams,
      query: exportQuery,
      answerTypes: [XLSX_TYPE, CSV_TYPE],
      handle: async ({ actor, params: { kind }, query }) => {
        const day = await directory.on(query.on ?? directory.today());
        const sheet = sheetOf(kind, day, await directory.rows(), visibleUnits(actor, day.tree));
        const csv = query.format === 'csv';
        const headers = { 'Content-Disposition': `attachment; filename="${kind}-${day.day}.${query.format}"` };
        const bytes = csv ? csvOf(sheet) : await xlsxOf(sheet, TITLES[kind]);
        return new Reply(bytes, { headers, contentType: csv ? `${CSV_TYPE}; charset=utf-8` : XLSX_TYPE });
      },
    }),
  ];
}

function sheetReading({ directory }: SurgeryRouteServices) {
  return async (
    actor: UserActor,
    kind: SheetKind,
    query: { effectiveOn?: string | undefined; title?: string | undefined },
    upload: Upload | null,
  ): Promise<{ plan: WantedPlan; unchanged: number }> => {
    administersAny(actor, await directory.tree());
    const sheet = await readSheet(upload?.type ?? '', upload?.bytes ?? Buffer.alloc(0));
    const asked = query.effectiveOn ?? null;
    const rows = await directory.rows();
    const { operations, faults, unchanged, effectiveOn, headingOf } = planOfSheet(kind, sheet, rows, asked);
    if (operations.length === 0 && faults.length === 0 && unchanged === 0) {
      throw new AppError('sheet_unreadable', 'The sheet has no rows below its heading.');
    }
    const title = query.title ?? TITLES[kind];
    return { plan: { title, effectiveOn, operations, sheetFaults: faults, headingOf }, unchanged };
  };
}
