/** Loads the code of each view; called by the page's first script, and again by who draws it. */
export const loadView = {
  signIn: () => import('../views/signin/SignInView.tsx'),
  meetings: () => import('../views/calendar/MeetingsView.tsx'),
  planner: () => import('../views/planner/PlannerView.tsx'),
  registrations: () => import('../views/registrations/RegistrationsView.tsx'),
  invitation: () => import('../views/registrations/InvitationView.tsx'),
  directory: () => import('../views/directory/DirectoryView.tsx'),
  integrations: () => import('../views/integrations/IntegrationsView.tsx'),
  accounts: () => import('../views/accounts/AccountsView.tsx'),
  ownAccount: () => import('../views/accounts/OwnAccountView.tsx'),
  chair: () => import('../views/chair/ChairView.tsx'),
  room: () => import('../views/room/RoomView.tsx'),
};

/** Name of a view. */
export type View = keyof typeof loadView;

const VIEWS: Record<string, View> = {
  signin: 'signIn',
  meetings: 'meetings',
  planner: 'planner',
  registrations: 'registrations',
  'dang-ky': 'invitation',
  directory: 'directory',
  integrations: 'integrations',
  accounts: 'accounts',
  account: 'ownAccount',
  chair: 'chair',
  room: 'room',
};

/** @returns the view that an address shows to who may see it; undefined for one that leads elsewhere */
export function viewAt(pathname: string): View | undefined {
  return VIEWS[pathname.split('/')[1] ?? ''];
}
