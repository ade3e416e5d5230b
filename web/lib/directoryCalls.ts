import type { z } from 'zod';
import type {
  changeEndpointBody,
  changeGroupBody,
  createEndpointBody,
  createGroupBody,
  directoryTree,
  DutyCard,
  EndpointDetail,
  Group,
} from '../../server/protocol/directory.ts';
import type { planBody, PlanPreview, SheetKind, SurgeryView } from '../../server/protocol/surgery.ts';
import { api } from './api.ts';
import { wholeList } from './calls.ts';
import { sendFile } from './sendFile.ts';

/** Every call of the directory's screens: the tree, plans of changes, sheets, groups, the card of an endpoint. */

/** The organisation of one day. */
export type Tree = z.infer<typeof directoryTree>;
/** A unit of the tree. */
export type TreeUnit = Tree['units'][number];
/** A plan as it is written here. */
export type PlanDraft = z.input<typeof planBody>;
/** Body of a group. */
export type GroupDraft = z.input<typeof createGroupBody>;

const mark = (version: number): Record<string, string> => ({ 'if-match': `"${version}"` });

/** What a file is, by its name: an Excel sheet, else text. */
function sheetType(file: File): string {
  return /\.xlsx$/i.test(file.name) ? 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' : 'text/csv';
}

const sheetPath = (kind: SheetKind, act: string, effectiveOn: string): string =>
  `/directory/import/${kind}/${act}${effectiveOn ? `?effectiveOn=${effectiveOn}` : ''}`;

/** The calls; each throws `ApiProblem`. */
export const directoryCalls = {
  tree: (on: string, signal?: AbortSignal) => api.get<Tree>('/directory/tree', { on }, signal),
  previewPlan: (plan: PlanDraft) => api.post<PlanPreview>('/directory/surgery/preview', plan),
  applyPlan: (plan: PlanDraft) => api.post<SurgeryView>('/directory/surgery/apply', plan),
  plans: (signal?: AbortSignal) => wholeList<SurgeryView>('/directory/surgery', {}, signal),
  undoPlan: (surgeryId: string) => api.post<SurgeryView>('/directory/surgery/undo', { surgeryId }),
  previewSheet: (kind: SheetKind, file: File, effectiveOn: string) =>
    sendFile<PlanPreview>(sheetPath(kind, 'preview', effectiveOn), file, sheetType(file)),
  applySheet: (kind: SheetKind, file: File, effectiveOn: string) =>
    sendFile<SurgeryView>(sheetPath(kind, 'apply', effectiveOn), file, sheetType(file)),
  /** address of a sheet to download */
  sheetAddress: (kind: SheetKind, format: 'xlsx' | 'csv') => `/api/v1/directory/export/${kind}?format=${format}`,

  endpoint: (id: string, signal?: AbortSignal) => api.get<EndpointDetail>(`/endpoints/${id}`, {}, signal),
  changeEndpoint: (endpoint: EndpointDetail, change: z.input<typeof changeEndpointBody>) =>
    api.patch<EndpointDetail>(`/endpoints/${endpoint.id}`, change, mark(endpoint.version)),
  createEndpoint: (draft: z.input<typeof createEndpointBody>) => api.post<EndpointDetail>('/endpoints', draft),
  retireEndpoint: (endpoint: EndpointDetail, on: string) =>
    api.post<EndpointDetail>(`/endpoints/${endpoint.id}/retire`, { on }, mark(endpoint.version)),
  setDuty: (endpoint: EndpointDetail, duty: DutyCard | null) =>
    api.put<EndpointDetail>(`/endpoints/${endpoint.id}/duty`, { duty }, mark(endpoint.version)),

  groups: (signal?: AbortSignal) => wholeList<Group>('/groups', {}, signal),
  createGroup: (draft: GroupDraft) => api.post<Group>('/groups', draft),
  changeGroup: (group: Group, change: z.input<typeof changeGroupBody>) =>
    api.patch<Group>(`/groups/${group.id}`, change, mark(group.version)),
  removeGroup: (id: string) => api.delete<void>(`/groups/${id}`),
};
