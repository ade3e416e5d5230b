import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { planBriefing, runOf } from '../support/briefing.ts';
import { until } from '../support/processes.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { connectSocket } from '../support/socket.ts';

const OF_THE_CONTRACT = [
  'endpoints',
  'sessions_open',
  'participants',
  'join_seconds',
  'command_seconds',
  'refusals_total',
  'reconcile_seconds',
  'sfu_node_up',
  'sfu_worker_cpu_ratio',
  'sfu_worker_deaths_total',
  'sfu_consumers',
  'sfu_forwarded_bytes_total',
  'event_loop_lag_seconds',
  'db_up',
  'db_query_seconds',
  'journal_events',
  'meetings_started_late_total',
];

/** The value of one sample; NaN when it is not there. */
function sample(text: string, name: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`nhipcau_${name} `));
  return Number(line?.split(' ').at(-1) ?? Number.NaN);
}

describe('the metrics', function () {
  this.timeout(60_000);
  let service: Service;
  const scrape = async (accept = 'text/plain') => {
    const answer = await fetch(`${service.url}/metrics`, { headers: { accept } });
    return { text: await answer.text(), type: answer.headers.get('content-type') ?? '' };
  };

  before(async () => {
    service = await startService({ env: { SFU_WORKERS: '1' } });
  });
  after(() => service?.stop());

  it('are accepted by the checker of Prometheus', async function () {
    const { text } = await scrape();
    const check = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    if (check.error) {
      console.warn('promtool is not installed: the metrics were not checked by it');
      this.skip();
    }
    expect(check.stdout + check.stderr).to.equal('');
    expect(check.status).to.equal(0);
  });

  it('have every name of the contract, and OpenMetrics for who asks', async () => {
    const { text } = await scrape();
    const missing = OF_THE_CONTRACT.filter((name) => !text.includes(`# TYPE nhipcau_${name} `));
    expect(missing).to.deep.equal([]);
    const open = await scrape('application/openmetrics-text; version=1.0.0');
    expect(open.type).to.match(/^application\/openmetrics-text/);
    expect(open.text.trimEnd().endsWith('# EOF')).to.equal(true);
  });

  it('move when a session runs', async () => {
    const briefing = await planBriefing(service, 1, 'broadcast');
    const run = runOf(briefing.chair, await briefing.start());
    const chair = await connectSocket(service.url, briefing.chair.token);
    await chair.ok('session.join', { sessionId: run.sessionId });
    await chair.refused('floor.give', { sessionId: run.sessionId, endpointId: run.sessionId });
    await until('the session to be counted', async () => sample((await scrape()).text, 'sessions_open') === 1, 12_000);
    const { text } = await scrape();
    expect(sample(text, 'participants{presence="joined"}')).to.equal(1);
    expect(sample(text, 'endpoints{level="commune",state="offline"}')).to.equal(56);
    expect(sample(text, 'command_seconds_count{name="session.join"}')).to.equal(1);
    expect(sample(text, 'refusals_total{code="no_such_participant"}')).to.equal(1);
    expect(text).to.match(/nhipcau_sfu_node_up\{node="[^"]+"\} 1/);
    expect(sample(text, 'join_seconds_count')).to.equal(1);
    chair.close();
  });
});
