import type { Asks } from './ask.ts';
import { ACCOUNT_ASKS } from './askAccounts.ts';
import { DIRECTORY_ASKS, PLAN_ASKS } from './askDirectory.ts';
import { INTEGRATION_ASKS } from './askIntegrations.ts';
import { INVITATION_ASKS } from './askInvitations.ts';
import { FORM_ASKS, MEETING_ASKS } from './askMeetings.ts';

/** How every operation of the interface is called. */
export const ASKS: Asks = {
  ...ACCOUNT_ASKS,
  ...DIRECTORY_ASKS,
  ...PLAN_ASKS,
  ...MEETING_ASKS,
  ...FORM_ASKS,
  ...INVITATION_ASKS,
  ...INTEGRATION_ASKS,
};
