import { parseArgs } from 'node:util';
import { z } from 'zod';
import { WrongOptions } from './errors.ts';

/** What the simulated endpoints do. */
const PROFILES = ['briefing', 'discussion', 'rollCall', 'churn'] as const;

/** One of the scripts of behaviour. */
export type ProfileName = (typeof PROFILES)[number];

/** How to call it. */
export const USAGE = `npm run simulate -- [options]
  --endpoints 87            how many endpoints take part, the chair's among them
  --seconds 60              how long, from the moment when all had their chance to join
  --url http://localhost:3000
  --meeting ID              a meeting that is planned or runs already; else one is made and ended
  --profile briefing        ${PROFILES.join(' | ')}
  --relay rtt=40,loss=2,down=512,up=512,jitter=10,endpoints=1
                            a bad line: ms, per cent, kbit/s; for all endpoints, or the last so many
  --height 720              pixels of the largest picture of a screen; 0: sound alone
  --admin user:password     who enrols devices and chairs; else DATA_DIR/first-run.json
  --data-dir ./data         where first-run.json is and credentials are kept
  --json                    one JSON object on standard output`;

const line = z.strictObject({
  rtt: z.coerce.number().min(0).max(5_000).default(0),
  jitter: z.coerce.number().min(0).max(2_000).default(0),
  loss: z.coerce.number().min(0).max(100).default(0),
  down: z.coerce.number().min(0).max(1_000_000).default(0),
  up: z.coerce.number().min(0).max(1_000_000).default(0),
  endpoints: z.coerce.number().int().min(1).max(1_000).optional(),
});

const schema = z.object({
  endpoints: z.coerce.number().int().min(2).max(1_000).default(87),
  seconds: z.coerce.number().min(1).max(86_400).default(60),
  url: z.url({ protocol: /^https?$/ }).optional(),
  meeting: z.uuid().optional(),
  profile: z.enum(PROFILES).default('briefing'),
  relay: z
    .string()
    .transform((text, context) => relayOf(text, context))
    .optional(),
  height: z.coerce.number().int().min(0).max(2160).default(720),
  admin: z
    .string()
    .regex(/^[^:]+:.+$/, 'expected user:password')
    .optional(),
  'data-dir': z.string().min(1).optional(),
  json: z.boolean().default(false),
});

/** The checked options. */
export interface SimulateOptions {
  endpoints: number;
  seconds: number;
  /** null: the one of first-run.json */
  url: string | null;
  meeting: string | null;
  profile: ProfileName;
  relay: z.output<typeof line> | null;
  height: number;
  admin: { username: string; password: string } | null;
  dataDir: string;
  json: boolean;
}

function relayOf(text: string, context: z.RefinementCtx): z.output<typeof line> {
  const pairs = text.split(',').map((pair) => pair.split('='));
  const broken = pairs.find((pair) => pair.length !== 2 || pair[1] === '');
  const parsed = broken ? null : line.safeParse(Object.fromEntries(pairs));
  if (parsed?.success) return parsed.data;
  const issue = parsed?.error.issues[0];
  const where = issue?.path.length ? `${String(issue.path[0])}: ` : '';
  const message = broken ? `"${broken.join('=')}" is not name=number` : `${where}${issue?.message}`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

/**
 * Reads the command line.
 * @returns null when help was asked for
 * @throws WrongOptions one sentence that names the option
 */
export function readOptions(args: string[], env: Record<string, string | undefined> = {}): SimulateOptions | null {
  const text = { type: 'string' } as const;
  const names = ['endpoints', 'seconds', 'url', 'meeting', 'profile', 'relay', 'height', 'admin', 'data-dir'] as const;
  const options = {
    ...(Object.fromEntries(names.map((name) => [name, text])) as Record<(typeof names)[number], typeof text>),
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  let values: Record<string, string | boolean | undefined>;
  try {
    values = parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new WrongOptions(`${(error as Error).message.split('\n')[0]} See --help.`);
  }
  if (values.help) return null;
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new WrongOptions(`--${issue?.path.join('.')} is wrong: ${issue?.message}. See --help.`);
  }
  const { url, meeting, relay, admin, 'data-dir': dataDir, ...rest } = parsed.data;
  const at = admin?.indexOf(':') ?? -1;
  return {
    ...rest,
    url: url?.replace(/\/+$/, '') ?? null,
    meeting: meeting ?? null,
    relay: relay ?? null,
    admin: admin ? { username: admin.slice(0, at), password: admin.slice(at + 1) } : null,
    dataDir: dataDir ?? (env.DATA_DIR || './data'),
  };
}
