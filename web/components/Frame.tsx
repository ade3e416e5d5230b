import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { commonWords } from '../i18n/common.ts';
import { useWords } from '../i18n/index.ts';
import { hasRole, useMe } from '../lib/me.tsx';
import { IconButton } from './Button.tsx';
import { cx } from './cx.ts';
import { HeaderTools } from './HeaderTools.tsx';
import { Icon } from './icons.tsx';
import type { IconName } from './icons.tsx';
import { useScreen } from './useScreen.ts';

/** Name and mark of the product. */
export function Brand({ className }: { className?: string }): ReactNode {
  const say = useWords(commonWords);
  return (
    <span className={cx('inline-flex items-center gap-3', className)}>
      <svg viewBox="0 0 32 32" className="size-9 shrink-0" aria-hidden="true">
        <rect width="32" height="32" rx="7" fill="var(--accent)" />
        <path
          d="M4 22h24M7 22c0-7 4-11 9-11s9 4 9 11M12 22v-9.500M16 22V11M20 22v-9.500"
          fill="none"
          stroke="var(--on-accent)"
          strokeWidth="2.200"
          strokeLinecap="round"
        />
      </svg>
      <span className="text-xl font-bold tracking-tight">{say('product')}</span>
    </span>
  );
}

/** The link that lets a keyboard pass the header by. */
export function SkipLink(): ReactNode {
  const say = useWords(commonWords);
  return (
    <a
      href="#main"
      className="sr-only rounded-lg bg-accent px-4 py-3 font-semibold text-on-accent focus:not-sr-only focus:absolute focus:top-3 focus:left-3 focus:z-70"
    >
      {say('skip')}
    </a>
  );
}

function NavLink({ to, icon, children }: { to: string; icon: IconName; children: ReactNode }): ReactNode {
  const [path] = useLocation();
  const here = path.startsWith(to);
  return (
    <Link
      href={to}
      aria-current={here ? 'page' : undefined}
      className={cx(
        'flex min-h-target items-center gap-2 rounded-lg px-3 font-semibold',
        here ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-sunken hover:text-ink',
      )}
    >
      {/* on narrow screens the words alone keep the header in one line */}
      <Icon name={icon} className="hidden 2xl:block" />
      {children}
    </Link>
  );
}

/** The functions that the roles of who is signed in open. */
function MainMenu(): ReactNode {
  const say = useWords(commonWords);
  const me = useMe();
  return (
    <nav aria-label={say('mainMenu')} className="flex gap-1">
      <NavLink to="/meetings" icon="calendar">
        {say('meetings')}
      </NavLink>
      {hasRole(me.user, 'administrator', 'chairperson', 'technician') && (
        <NavLink to="/planner" icon="grid">
          {say('planner')}
        </NavLink>
      )}
      {hasRole(me.user, 'administrator', 'technician') && (
        <NavLink to="/directory" icon="building">
          {say('directory')}
        </NavLink>
      )}
      {hasRole(me.user, 'administrator') && (
        <NavLink to="/integrations" icon="link">
          {say('integrations')}
        </NavLink>
      )}
      {hasRole(me.user, 'administrator') && (
        <NavLink to="/accounts" icon="users">
          {say('accounts')}
        </NavLink>
      )}
    </nav>
  );
}

/** Who is signed in: the way to the own account. */
function OwnLink({ name }: { name: string }): ReactNode {
  const say = useWords(commonWords);
  const [path] = useLocation();
  return (
    <Link
      href="/account"
      aria-current={path === '/account' ? 'page' : undefined}
      title={say('ownAccount')}
      className="flex min-h-target max-w-44 2xl:max-w-64 items-center gap-2 rounded-lg px-2 text-[0.9375rem] font-medium hover:bg-sunken aria-[current]:bg-accent-soft aria-[current]:text-accent"
    >
      <Icon name="user" className="shrink-0 text-muted" />
      <span className="truncate">{name}</span>
      <span className="sr-only">({say('ownAccount')})</span>
    </Link>
  );
}

/** The frame of the office screens: brand, functions, display tools, who is signed in, and the view inside. */
export function Frame(props: {
  title: string;
  actions?: ReactNode;
  /** uses the whole width of the window */
  wide?: boolean;
  children: ReactNode;
}): ReactNode {
  const { title, actions, wide = false, children } = props;
  const say = useWords(commonWords);
  const me = useMe();
  const [, go] = useLocation();
  useScreen('light', title);
  return (
    <>
      <SkipLink />
      <header className="z-30 border-b lg:sticky lg:top-0 border-line bg-surface">
        <div className="mx-auto flex max-w-[96rem] flex-wrap items-center gap-x-4 gap-y-1 px-6 py-2">
          <Link href="/" className="rounded-lg">
            <Brand />
          </Link>
          <MainMenu />
          <div className="ml-auto flex flex-wrap items-center gap-x-5">
            <HeaderTools />
            {me.user && (
              <div className="flex items-center gap-1 border-l border-line pl-5">
                <OwnLink name={me.user.displayName} />
                <IconButton
                  icon="logout"
                  label={say('signOut')}
                  tip="start"
                  onPress={() => void me.signOut().then(() => go('/signin'))}
                />
              </div>
            )}
          </div>
        </div>
      </header>
      <main
        id="main"
        tabIndex={-1}
        className={cx('mx-auto flex w-full grow flex-col px-6', wide ? 'gap-3 py-4' : 'max-w-[96rem] gap-6 py-8')}
      >
        <div className="flex flex-wrap items-center justify-between gap-4">
          <h1 className="text-[1.75rem] leading-tight font-bold tracking-tight">{title}</h1>
          {actions && <div className="flex flex-wrap items-center gap-3">{actions}</div>}
        </div>
        {children}
      </main>
    </>
  );
}
