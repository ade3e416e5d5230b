import { expect } from 'chai';
import { accountRoutes } from '../../../server/accounts/routes.ts';
import { openApi } from '../../../server/http/openapi.ts';
import { meetingRoutes } from '../../../server/meetings/routes.ts';

interface Operation {
  operationId: string;
  summary: string;
  parameters: { name: string; in: string; required: boolean; schema: unknown }[];
  requestBody?: { content: Record<string, { schema: { properties: Record<string, unknown>; required: string[] } }> };
  responses: Record<string, { description: string; content?: Record<string, unknown> }>;
}

// the handlers are never called here, so the services may be missing
const nothing = undefined as never;
const routes = [
  ...accountRoutes({ signIns: nothing, users: nothing, endpointBrief: nothing }),
  ...meetingRoutes({
    meetings: nothing,
    runs: nothing,
    directory: nothing,
    procedure: nothing,
    series: nothing,
    seriesChange: nothing,
  }),
];
const document = openApi(routes) as { openapi: string; paths: Record<string, Record<string, Operation>> };

describe('the description of the HTTP interface', () => {
  it('names every route with its parameters, body, answers and problems', () => {
    expect(document.openapi).to.equal('3.1.0');
    for (const route of routes) {
      const operation = document.paths[route.path.replace(/:(\w+)/g, '{$1}')]?.[route.method];
      expect(operation, `${route.method} ${route.path}`).to.include({ summary: route.summary });
      expect(operation?.requestBody !== undefined).to.equal(route.body !== undefined);
      const told = Object.values(operation?.responses ?? {}).map((response) => response.description);
      for (const code of route.errors ?? []) expect(told.join(', ')).to.contain(code);
    }
  });

  it('gives every operation a name of its own', () => {
    const names = Object.values(document.paths).flatMap((path) => Object.values(path).map((o) => o.operationId));
    expect(new Set(names).size).to.equal(routes.length);
  });

  it('takes schemas from the ones that check the requests', () => {
    const plan = document.paths['/meetings']?.['post'];
    const body = plan?.requestBody?.content['application/json']?.schema;
    expect(body?.properties).to.include.keys('title', 'endpointIds', 'chairEndpointId', 'floorMode');
    expect(body?.required).to.include('startsAt').and.not.include('floorMode');
    expect(Object.keys(plan?.responses ?? {})).to.include.members(['201', '400', '401', '403', '409', '422', '429']);
    const list = document.paths['/meetings']?.['get']?.parameters.find((parameter) => parameter.name === 'limit');
    expect(list).to.deep.include({ in: 'query', required: false });
    expect(list?.schema).to.deep.include({ type: 'integer', minimum: 1, maximum: 500, default: 100 });
    const one = document.paths['/meetings/{id}']?.['get']?.parameters;
    expect(one?.map(({ name, in: place, required }) => [name, place, required])).to.deep.equal([['id', 'path', true]]);
  });
});
