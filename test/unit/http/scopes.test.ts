import { expect } from 'chai';
import type { UserActor } from '../../../server/accounts/actor.ts';
import { AppError } from '../../../server/errors.ts';
import type { Route } from '../../../server/http/route.ts';
import { assertInScope, ruledScope, scopeOf } from '../../../server/http/scopes.ts';

const route = (method: Route['method'], path: string, extra: Partial<Route> = {}): Route => ({
  ...{ method, path, summary: '', access: 'user' },
  handle: async () => undefined,
  ...extra,
});
const actor = (scopes?: UserActor['scopes']): UserActor => ({
  ...{ kind: 'user', userId: 'u', displayName: 'u', signInId: 's', grants: [] },
  ...(scopes && { scopes }),
});
const codeOf = (one: Route, who: UserActor): string => {
  try {
    assertInScope(one, who);
    return 'open';
  } catch (err) {
    return err instanceof AppError ? err.code : String(err);
  }
};

describe('the scopes of API tokens', () => {
  it('follow from path and method, and a route may say another', () => {
    expect(scopeOf(route('get', '/units/:id'))).to.equal('directory:read');
    expect(scopeOf(route('delete', '/meetings/:id'))).to.equal('meetings:write');
    expect(scopeOf(route('get', '/meetings/:id/letter.pdf'))).to.equal('invitations:read');
    expect(scopeOf(route('post', '/meetings/:id/start'))).to.equal('sessions:write');
    expect(scopeOf(route('post', '/meetings/check', { scope: 'meetings:read' }))).to.equal('meetings:read');
    expect(scopeOf(route('post', '/sign-in', { access: 'public' }))).to.equal('open');
  });

  it('close what nobody has thought of', () => {
    expect(ruledScope(route('get', '/something-new'))).to.equal(null);
    expect(scopeOf(route('get', '/something-new'))).to.equal('closed');
    expect(codeOf(route('get', '/something-new'), actor(['directory:read']))).to.equal('not_allowed');
  });

  it('bind a token, and nobody who signed in', () => {
    const list = route('get', '/meetings');
    expect(codeOf(list, actor())).to.equal('open');
    expect(codeOf(list, actor(['meetings:read']))).to.equal('open');
    expect(codeOf(list, actor(['meetings:write']))).to.equal('scope_missing');
    expect(codeOf(list, actor([]))).to.equal('scope_missing');
    expect(codeOf(route('post', '/me/password'), actor())).to.equal('open');
    expect(codeOf(route('post', '/me/password'), actor(['meetings:write']))).to.equal('not_allowed');
    expect(codeOf(route('get', '/me'), actor(['audit:read']))).to.equal('open');
  });
});
