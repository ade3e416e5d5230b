// Debian's packages for set-up: installing what is missing, and fetching a source package without touching the
// system's own package lists.
import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, SetupError, uninterrupted } from './run.mjs';

const wait = (ms) => new Promise((wake) => setTimeout(wake, ms));

/** @returns {boolean} whether this is a system with apt */
export function hasApt() {
  return existsSync('/usr/bin/apt-get') && existsSync('/usr/bin/dpkg-query');
}

/** @returns {boolean} whether packages can be installed by this process */
export function mayInstall() {
  return hasApt() && process.getuid?.() === 0;
}

/**
 * The line a person runs to install packages by hand.
 * @param {string[]} packages
 * @returns {string}
 */
export function installLine(packages) {
  return `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

/**
 * Which of these packages are not installed.
 * @param {string[]} packages
 * @returns {string[]}
 */
export function missingPackages(packages) {
  const format = '${Package} ${db:Status-Status}\n';
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', format, ...packages], { encoding: 'utf8' });
  const lines = (stdout ?? '').split('\n');
  return packages.filter((name) => !lines.includes(`${name} installed`));
}

/**
 * Runs apt-get or dpkg to its end, whatever happens to us: a package manager that is cut off leaves a broken system.
 * So it runs in a process group of its own (Ctrl-C does not reach it) and writes to a file (our end is no broken pipe).
 */
async function packageManager(command, args, onLine) {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-cau-apt-'));
  const log = join(folder, 'log');
  const file = openSync(log, 'w');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  const child = spawn(command, args, { env, detached: true, stdio: ['ignore', file, file] });
  closeSync(file);
  let code;
  child.on('error', () => (code = -1));
  child.on('close', (status) => (code = status ?? -1));
  for (let shown = 0; code === undefined;) {
    await wait(200);
    const lines = readFileSync(log, 'utf8').split('\n');
    for (; shown < lines.length - 1; shown++) onLine(lines[shown]);
  }
  const output = readFileSync(log, 'utf8');
  rmSync(folder, { recursive: true, force: true });
  return { code, output };
}

/** Like packageManager, but waits for another one's lock (apt waits for dpkg's lock by itself, not for its lists'). */
async function patiently(command, args, onLine) {
  for (let tries = 0; ; tries++) {
    const result = await uninterrupted(() => packageManager(command, args, onLine));
    if (result.code === 0 || tries >= 60 || !/Could not get lock|is another process using it/.test(result.output))
      return result;
    if (tries === 0) onLine('waiting for another package manager');
    await wait(2000);
  }
}

/**
 * Installs packages as root, with progress; refreshes the package lists only if the install fails without.
 * @param {string[]} packages
 * @param {(text: string) => void} report
 * @returns {Promise<void>}
 * @throws {SetupError} with the line to run by hand
 */
export async function installPackages(packages, report) {
  const options = ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Dpkg::Use-Pty=0'];
  const onLine = (/** @type {string} */ line) => {
    const step = /^(?:Get:\d+ \S+ \S+ \S+|Unpacking|Setting up) ([^\s:]+)|^(waiting .*)/.exec(line);
    if (step)
      report(
        `Debian packages: ${line.startsWith('Get') ? 'fetching ' : ''}${step[2] ?? line.replace(/ \(.*| \.\.\.$/g, '')}`,
      );
  };
  const install = () =>
    patiently('apt-get', [...options, 'install', '-y', '--no-install-recommends', ...packages], onLine);
  report(`Debian packages: installing ${packages.join(' ')}`);
  let result = await install();
  if (result.code !== 0 && /dpkg was interrupted/.test(result.output)) {
    await patiently('dpkg', ['--configure', '-a'], onLine);
    result = await install();
  }
  if (result.code !== 0) {
    report('Debian packages: refreshing the package lists');
    await patiently('apt-get', [...options, 'update'], onLine);
    result = await install();
  }
  if (result.code === 0) return;
  throw new SetupError(
    `apt-get could not install what is needed: run "${installLine(packages)}" and see what it says.`,
    result.output,
  );
}

const policyFile = '/usr/sbin/policy-rc.d';
const policyText = '#!/bin/sh\n# nhip-cau set-up: installed packages start no service; removed when done\nexit 101\n';

/**
 * Runs `work` (an install) so that no package starts a system service, and leaves no trace of that.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withoutServices(work) {
  // An equal file is one that an interrupted set-up left: ours to remove.
  const ours = !existsSync(policyFile) || readFileSync(policyFile, 'utf8') === policyText;
  const remove = () => rmSync(policyFile, { force: true });
  if (ours) {
    writeFileSync(policyFile, policyText, { mode: 0o755 });
    process.once('exit', remove);
  }
  try {
    return await work();
  } finally {
    if (ours) {
      remove();
      process.off('exit', remove);
    }
  }
}

/** deb-src twins of the machine's own sources, of this Debian release and Debian's own component `main` only. */
function ownSources() {
  const codename = /^VERSION_CODENAME=(\S+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'stable';
  const folder = '/etc/apt/sources.list.d';
  const extra = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  const files = ['/etc/apt/sources.list', ...extra].filter((file) => existsSync(file));
  const ours = (suite) => suite === codename || suite.startsWith(`${codename}-`);
  const found = { list: '', sources: '' };
  for (const file of files) {
    const text = readFileSync(file, 'utf8').replace(/^#.*\n?/gm, '');
    if (file.endsWith('.list')) {
      for (const line of text.split('\n')) {
        const [, options = '', uri, suite, parts = ''] =
          /^deb\s+(\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
        if (uri && ours(suite) && parts.split(/\s+/).includes('main')) {
          found.list += `deb-src ${options.replace(/\barch=\S+?(?=[\s\]])/, '')}${uri} ${suite} main\n`;
        }
      }
    } else if (file.endsWith('.sources')) {
      for (const stanza of text.split(/\n\s*\n/)) {
        const field = (name) => new RegExp(`^${name}:\\s*(.*)$`, 'mi').exec(stanza)?.[1]?.trim().split(/\s+/) ?? [];
        const suites = field('Suites').filter(ours);
        if (suites.length === 0 || !field('Types').includes('deb') || !field('Components').includes('main')) continue;
        const kept = stanza.replace(/^(?:Types|Suites|Components|Architectures):.*\n?/gim, '').trim();
        found.sources += `Types: deb-src\nSuites: ${suites.join(' ')}\nComponents: main\n${kept}\n\n`;
      }
    }
  }
  return found;
}

/**
 * Fetches and unpacks a Debian source package. Lists and cache live in `folder`, so that neither the system's package
 * lists nor an install that runs at the same time are disturbed; apt checks signatures as always.
 * @param {string} name
 * @param {string} folder an existing folder to work in
 * @param {(text: string) => void} report
 * @returns {Promise<string>} the folder with the source, patched as Debian patches it
 */
export async function fetchSource(name, folder, report) {
  const parts = join(folder, 'sources.list.d');
  for (const path of [parts, join(folder, 'lists/partial'), join(folder, 'cache/archives/partial')]) {
    mkdirSync(path, { recursive: true });
  }
  const found = ownSources();
  if (!found.list && !found.sources) {
    throw new SetupError(
      `No Debian archive is configured in /etc/apt to fetch the source of ${name} from: set MEDIASOUP_WORKER_BIN to a worker built elsewhere.`,
    );
  }
  writeFileSync(join(parts, 'own.list'), found.list);
  writeFileSync(join(parts, 'own.sources'), found.sources);
  // Hooks after an update may clear the system's archive cache beneath another install: none for ours.
  writeFileSync(
    join(folder, 'apt.conf'),
    '#clear APT::Update::Post-Invoke;\n#clear APT::Update::Post-Invoke-Success;\n',
  );
  const apt = (...args) => {
    const options = {
      'Dir::Etc::SourceList': '/dev/null',
      'Dir::Etc::SourceParts': parts,
      'Dir::State::Lists': join(folder, 'lists'),
      'Dir::Cache': join(folder, 'cache'),
      'APT::Sandbox::User': 'root',
      'Acquire::Languages': 'none',
    };
    const given = Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
    return run('apt-get', ['-c', join(folder, 'apt.conf'), ...given, ...args], { cwd: folder });
  };
  report(`fetching the source of ${name}`);
  const updated = await apt('update');
  const fetched = await apt('source', '--download-only', name);
  const description = readdirSync(folder).find((file) => file.endsWith('.dsc'));
  const source = join(folder, name);
  const unpacked =
    description && (await run('dpkg-source', ['--no-check', '-x', description, source], { cwd: folder }));
  if (fetched.code === 0 && unpacked && unpacked.code === 0) return source;
  throw new SetupError(
    `The source of ${name} could not be fetched: let this machine reach its Debian archive and try again.`,
    updated.output + fetched.output + (unpacked ? unpacked.output : ''),
  );
}
