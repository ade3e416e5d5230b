import { pino } from 'pino';
import { workerBin } from '../ops/mediasoup-worker/resolve.mjs';
import { ConfigError, readConfig } from './config.ts';
import type { SfuConfig } from './config.ts';
import { ControlServer } from './control.ts';
import { SfuError } from './errors.ts';
import { SfuNode } from './node.ts';

/** Closing takes milliseconds; who waits longer than this is killed by his supervisor anyway. */
const STOP_WITHIN_MS = 2_500;

function configuration(): SfuConfig {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

async function main(): Promise<void> {
  const config = configuration();
  const log = pino({ level: config.logLevel, base: { process: 'sfu' } });
  process.on('unhandledRejection', (err) => log.error({ err }, 'unhandled rejection'));
  // every worker listens for SIGINT and SIGTERM of this process
  process.setMaxListeners(config.workers * 2 + 20);
  let node: SfuNode | null = null;
  let control: ControlServer | null = null;
  const stop = (signal: string) => {
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(0), STOP_WITHIN_MS).unref();
    const closed = control?.close() ?? Promise.resolve();
    node?.close();
    void closed.finally(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // a node whose supervisor is gone would keep its ports from the next one
  process.once('disconnect', () => stop('disconnect'));
  try {
    node = await SfuNode.start({ ...config, workerBin: workerBin() }, log);
    control = new ControlServer(node, config.secret, log);
    const port = await control.listen(config.controlPort, config.controlHost);
    const addresses = config.listens.map((listen) => listen.announcedAddress ?? listen.ip);
    const mediaPorts = [config.portBase, config.portBase + config.workers - 1];
    log.info({ port, addresses, mediaPorts, workers: config.workers }, 'sfu ready');
    const guessed = config.guessed ? ' (guessed: set SFU_ANNOUNCED_ADDRESS if endpoints reach another one)' : '';
    process.send?.({
      ready: `media goes to ${addresses.join(' and ')}${guessed}, UDP and TCP ${mediaPorts.join('-')}`,
      warning: config.warning,
    });
  } catch (err) {
    log.fatal({ err }, err instanceof Error ? err.message : String(err));
    node?.close();
    // a taken port is for people to mend: at the first start the supervisor shows the sentence and stops
    if (err instanceof SfuError) console.error(err.message);
    process.exit(err instanceof SfuError ? 2 : 1);
  }
}

await main();
