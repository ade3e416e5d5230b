/** The checkout's folder. */
export const root: string;

/** mediasoup's package folder: its worker/ holds the source, its package.json the version. */
export const packageFolder: string;

/** The version of the installed mediasoup package. */
export function mediasoupVersion(): string;

/** Where set-up keeps the worker of this version, recipe and platform, whether or not the file exists. */
export function cachedWorkerPath(): string;

/** Whether a file is a mediasoup worker whose libraries this machine has. */
export function startsUp(bin: string): boolean;

/**
 * The worker binary to hand to mediasoup's `createWorker({ workerBin })`: an absolute path of an existing file.
 * @throws Error with one sentence that names the mend, if there is none
 */
export function workerBin(): string;
