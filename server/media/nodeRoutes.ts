import { defineRoute } from '../http/route.ts';
import type { Route } from '../http/route.ts';
import { drainBody, ofNode, ofWorker, sfuNode } from '../protocol/nodes.ts';
import { listOf } from '../protocol/rest.ts';
import type { NodeDesk } from './nodeDesk.ts';

/** @returns the routes by which administrators of the whole organisation see and empty the media servers */
export function nodeRoutes(desk: NodeDesk): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/sfu/nodes',
      paged: true,
      summary: 'The media servers with the load of their workers',
      access: 'user',
      answer: listOf(sfuNode),
      handle: async ({ actor }) => ({ items: await desk.list(actor), nextCursor: null }),
    }),
    defineRoute({
      method: 'post',
      path: '/sfu/nodes/:node/drain',
      summary: 'Lets a media server take no new session, or take them again; its sessions go on',
      access: 'user',
      params: ofNode,
      body: drainBody,
      answer: sfuNode,
      errors: ['not_found', 'media_unavailable'],
      handle: ({ actor, params, body }) => desk.drainNode(actor, params.node, body.draining),
    }),
    defineRoute({
      method: 'post',
      path: '/sfu/nodes/:node/workers/:worker/drain',
      summary: 'Moves everybody off a worker and keeps it empty, or lets it take peers again',
      access: 'user',
      params: ofWorker,
      body: drainBody,
      answer: sfuNode,
      errors: ['not_found', 'last_worker', 'media_unavailable'],
      handle: ({ actor, params, body }) => desk.drainWorker(actor, params.node, params.worker, body.draining),
    }),
  ];
}
