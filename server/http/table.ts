import { Router } from 'express';
import type { RequestHandler } from 'express';
import type { Route } from './route.ts';

/**
 * Puts the routes behind one handler. A request is compared with those alone that begin like it and have as many parts, not
 * with two hundred.
 * @param handlerOf makes the handler of one route; called once for each
 */
export function routeTable(routes: readonly Route[], handlerOf: (route: Route) => RequestHandler): RequestHandler {
  const groups = new Map<string, Router>();
  for (const route of routes) {
    const key = groupOf(route.path);
    const group = groups.get(key) ?? Router({ caseSensitive: true });
    group[route.method](route.path, handlerOf(route));
    groups.set(key, group);
  }
  return (req, res, next) => {
    const group = groups.get(groupOf(req.path));
    if (group) group(req, res, next);
    else next();
  };
}

/** @returns the first part of a path and the number of its parts; a slash at the end is none */
function groupOf(path: string): string {
  const parts = path.split('/');
  if (parts.length > 2 && parts.at(-1) === '') parts.pop();
  return `${parts.length} ${parts[1]}`;
}
