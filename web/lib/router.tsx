import { Component, lazy, Suspense } from 'react';
import type { ErrorInfo, ReactNode } from 'react';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import { ErrorState, EmptyState, Spinner } from '../components/States.tsx';
import { useScreen } from '../components/useScreen.ts';
import { commonWords } from '../i18n/common.ts';
import { say as sayNow, useWords } from '../i18n/index.ts';
import { hasRole, MeProvider, useMe } from './me.tsx';
import { loadView } from './views.ts';

const SignInView = lazy(async () => ({ default: (await loadView.signIn()).SignInView }));
const MeetingsView = lazy(async () => ({ default: (await loadView.meetings()).MeetingsView }));
const PlannerView = lazy(async () => ({ default: (await loadView.planner()).PlannerView }));
const RegistrationsView = lazy(async () => ({ default: (await loadView.registrations()).RegistrationsView }));
const InvitationView = lazy(async () => ({ default: (await loadView.invitation()).InvitationView }));
const DirectoryView = lazy(async () => ({ default: (await loadView.directory()).DirectoryView }));
const IntegrationsView = lazy(async () => ({ default: (await loadView.integrations()).IntegrationsView }));
const AccountsView = lazy(async () => ({ default: (await loadView.accounts()).AccountsView }));
const OwnAccountView = lazy(async () => ({ default: (await loadView.ownAccount()).OwnAccountView }));
const ChairView = lazy(async () => ({ default: (await loadView.chair()).ChairView }));
const RoomView = lazy(async () => ({ default: (await loadView.room()).RoomView }));

/** Pages of who is signed in that take nothing from their address. */
const PAGES = [
  ['/meetings', MeetingsView],
  ['/planner', PlannerView],
  ['/directory', DirectoryView],
  ['/integrations', IntegrationsView],
  ['/accounts', AccountsView],
  ['/account', OwnAccountView],
] as const;

/** Every address of the application. The room needs no person signed in, so that it does not ask who is. */
export function Routes(): ReactNode {
  return (
    <Catch>
      <Suspense fallback={<Spinner className="grow" />}>
        <Switch>
          <Route path="/dang-ky/:secret">{(params) => <InvitationView secret={params.secret} />}</Route>
          <Route path="/room/:code?">{(params) => <RoomView code={params.code} />}</Route>
          <Route>
            <MeProvider>
              <Office />
            </MeProvider>
          </Route>
        </Switch>
      </Suspense>
    </Catch>
  );
}

function Office(): ReactNode {
  return (
    <Switch>
      <Route path="/">
        <Member>
          <Home />
        </Member>
      </Route>
      <Route path="/signin">
        <SignInView />
      </Route>
      {PAGES.map(([path, View]) => (
        <Route key={path} path={path}>
          <Member>
            <View />
          </Member>
        </Route>
      ))}
      <Route path="/registrations/:meetingId">
        {(params) => (
          <Member>
            <RegistrationsView meetingId={params.meetingId} />
          </Member>
        )}
      </Route>
      <Route path="/chair/:sessionId">
        {(params) => (
          <Member>
            <ChairView sessionId={params.sessionId} />
          </Member>
        )}
      </Route>
      <Route>
        <NotFound />
      </Route>
    </Switch>
  );
}

/** Shows what is inside to who is signed in; others go to the sign-in page and come back afterwards. */
function Member({ children }: { children: ReactNode }): ReactNode {
  const me = useMe();
  const [path] = useLocation();
  if (me.problem) return <ErrorState problem={me.problem} onRetry={me.reload} className="grow justify-center" />;
  if (me.user === undefined) return <Spinner className="grow" />;
  if (me.user === null) {
    return <Redirect to={path === '/' ? '/signin' : `/signin?next=${encodeURIComponent(path)}`} replace />;
  }
  return children;
}

/** An administrator who chairs nothing begins in the directory, everybody else with the meetings. */
function Home(): ReactNode {
  const { user } = useMe();
  const keepsDirectory = hasRole(user, 'administrator') && !hasRole(user, 'chairperson');
  return <Redirect to={keepsDirectory ? '/directory' : '/meetings'} replace />;
}

function NotFound(): ReactNode {
  const say = useWords(commonWords);
  useScreen('light', say('notFound'));
  return (
    <main className="flex grow items-center justify-center">
      <EmptyState
        icon="help"
        title={say('notFound')}
        isPage
        action={
          <Link href="/" className="font-semibold text-accent underline underline-offset-4">
            {say('home')}
          </Link>
        }
      >
        {say('notFoundWhy')}
      </EmptyState>
    </main>
  );
}

/** Catches a view that could not be loaded or failed to draw, and offers to load the page again. */
class Catch extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error(sayNow(commonWords, 'noScreen'), error, info.componentStack);
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <ErrorState
        problem={{ code: 'no_connection' }}
        onRetry={() => location.reload()}
        className="grow justify-center"
      />
    );
  }
}
