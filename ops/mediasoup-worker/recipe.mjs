// What the worker is made of. Together with CMakeLists.txt and include/ this file is the recipe: its hash is part of
// the cache folder's name, so a change here means that every machine builds once more. How it is built is in build.mjs.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Debian packages the build needs (of Debian 12 or a relative of it). */
export const buildPackages = [
  'cmake',
  'ninja-build',
  'g++',
  'pkg-config',
  'dpkg-dev',
  'libuv1-dev',
  'libssl-dev',
  'libabsl-dev',
  'libflatbuffers-dev',
  'flatbuffers-compiler',
];

/** Debian source package of libsrtp 2: the packaged binary is linked to NSS, which costs up to 1.8 times the CPU. */
export const srtpSourcePackage = 'libsrtp2';

/**
 * Corrections to the worker's source, applied to copies; each text must occur exactly once, so that a new mediasoup
 * version that changes the place stops the build instead of silently going without.
 *
 * onSslBioOut: OpenSSL calls back with `BIO_CB_CTRL | BIO_CB_RETURN` too, and the original then answers 1 to every BIO
 * control, "is kernel TLS on?" included. Where OpenSSL has kernel TLS compiled in it then allocates no write buffer and
 * the worker dies at the first DTLS handshake.
 */
export const patches = [
  {
    file: 'RTC/DtlsTransport.cpp',
    from: '(operationType == BIO_CB_RETURN) ? static_cast<long>(ret) : 1;',
    to: '(operationType & BIO_CB_RETURN) ? static_cast<long>(ret) : 1;',
  },
];

/**
 * A short hash over everything that decides what the built binary is.
 * @returns {string}
 */
export function recipeHash() {
  const hash = createHash('sha256');
  const headers = ['include', 'include/ankerl'].flatMap((folder) =>
    readdirSync(join(here, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(folder, entry.name)),
  );
  for (const file of ['CMakeLists.txt', 'recipe.mjs', ...headers.sort()]) {
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(here, file)))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 12);
}
