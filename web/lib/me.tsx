import { createContext, use, useCallback, useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { Role, User } from '../../server/protocol/rest.ts';
import { asProblem } from './api.ts';
import type { ClientProblem } from './api.ts';
import { calls } from './calls.ts';

/** Who sits at this browser. */
export interface Me {
  /** null: nobody is signed in; undefined: not known yet */
  user: User | null | undefined;
  /** why it could not be learned */
  problem: ClientProblem | null;
  setUser: (user: User | null) => void;
  reload: () => void;
  signOut: () => Promise<void>;
}

const MeContext = createContext<Me | null>(null);

/** Learns who is signed in, once, and tells the views below. */
export function MeProvider({ children }: { children: ReactNode }): ReactNode {
  const [user, setUser] = useState<User | null | undefined>(undefined);
  const [problem, setProblem] = useState<ClientProblem | null>(null);

  const reload = useCallback(() => {
    setProblem(null);
    calls.me().then(setUser, (thrown: unknown) => {
      const why = asProblem(thrown);
      if (why.status === 401) setUser(null);
      else setProblem(why);
    });
  }, []);
  useEffect(reload, [reload]);

  const me = useMemo<Me>(
    () => ({
      user,
      problem,
      setUser,
      reload,
      signOut: async () => {
        await calls.signOut().catch(() => undefined);
        setUser(null);
      },
    }),
    [user, problem, reload],
  );
  return <MeContext value={me}>{children}</MeContext>;
}

/** Who sits at this browser. Only below `MeProvider`. */
export function useMe(): Me {
  const me = use(MeContext);
  if (!me) throw new TypeError('useMe outside of MeProvider');
  return me;
}

/** Whether the user holds a role anywhere. */
export function hasRole(user: User | null | undefined, ...roles: Role[]): boolean {
  return Boolean(user?.grants.some((g) => roles.includes(g.role)));
}
