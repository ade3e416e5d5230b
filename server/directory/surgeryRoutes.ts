import { defineRoute } from '../http/route.ts';
import type { Route } from '../http/route.ts';
import { planBody, planPreview, surgery as surgeryShape, surgeryList, undoBody } from '../protocol/surgery.ts';
import type { Plan } from '../protocol/surgery.ts';
import { listQuery } from '../protocol/rest.ts';
import { administersAny } from './dayRights.ts';
import type { DirectoryService } from './directoryService.ts';
import type { Surgery, WantedPlan } from './surgery.ts';
import type { SurgeryUndo } from './surgeryUndo.ts';

/** What the routes of plans need. */
export interface SurgeryRouteServices {
  directory: DirectoryService;
  surgery: Surgery;
  undo: SurgeryUndo;
}

/** A plan is work for the whole machine: nobody needs many in a minute. */
export const PLANNING = { points: 60, seconds: 60, by: 'actor' } as const;

/** @returns the routes by which the organisation is merged, split, renamed, moved and ended as one plan */
export function surgeryRoutes({ directory, surgery, undo }: SurgeryRouteServices): Route[] {
  const wanted = ({ title, effectiveOn, operations }: Plan): WantedPlan => {
    return { title, effectiveOn: effectiveOn ?? null, operations };
  };
  return [
    defineRoute({
      method: 'post',
      path: '/directory/surgery/preview',
      summary: 'Dry run of a plan: counts, orphans, bookings touched, faults; nothing is written',
      access: 'user',
      limit: PLANNING,
      body: planBody,
      answer: planPreview,
      handle: async ({ actor, body }) => {
        administersAny(actor, await directory.tree());
        return surgery.preview(actor, wanted(body));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/directory/surgery/apply',
      summary: 'Carry out a plan, all or nothing',
      access: 'user',
      limit: PLANNING,
      body: planBody,
      answer: surgeryShape,
      status: 201,
      errors: ['plan_refused', 'name_taken'],
      handle: async ({ actor, body }) => {
        administersAny(actor, await directory.tree());
        return undo.view(await surgery.apply(actor, wanted(body)));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/directory/surgery/undo',
      summary: 'Take a plan back within 24 hours, unless something later depends on it',
      access: 'user',
      limit: PLANNING,
      body: undoBody,
      answer: surgeryShape,
      errors: ['not_found', 'undo_refused'],
      handle: ({ actor, body }) => undo.undo(actor, body.surgeryId),
    }),
    defineRoute({
      method: 'get',
      path: '/directory/surgery',
      summary: 'Plans that were carried out in the units that the caller administers, newest first',
      access: 'user',
      query: listQuery,
      answer: surgeryList,
      handle: async ({ actor, query }) => {
        administersAny(actor, await directory.tree());
        return undo.list(actor, query);
      },
    }),
  ];
}
