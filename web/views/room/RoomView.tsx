import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { Button } from '../../components/Button.tsx';
import { HeaderTools } from '../../components/HeaderTools.tsx';
import { Icon } from '../../components/icons.tsx';
import { Spinner } from '../../components/States.tsx';
import { useScreen } from '../../components/useScreen.ts';
import { useWords } from '../../i18n/index.ts';
import { api } from '../../lib/api.ts';
import { keepCredential, listCredentials, readCredential } from '../../state/deviceCredentials.ts';
import type { StoredCredential } from '../../state/deviceCredentials.ts';
import { Pairing } from './Pairing.tsx';
import { Station } from './Station.tsx';
import { roomWords } from './words.ts';

/** What this browser may be. */
type Identity =
  | { kind: 'linking' }
  | { kind: 'linkUsed' }
  | { kind: 'pairing' }
  | { kind: 'choose'; among: StoredCredential[] }
  | { kind: 'room'; credential: StoredCredential };

/**
 * The room of an endpoint: `/room/<code>` with a kept credential, `/room?pair=TOKEN` from an administrator's link,
 * `/room` alone for a PC with one credential or for one that wants to be paired.
 */
export function RoomView({ code }: { code?: string | undefined }): ReactNode {
  const say = useWords(roomWords);
  const [, go] = useLocation();
  const [identity, setIdentity] = useState<Identity>(() => identify(code));
  const name = identity.kind === 'room' ? identity.credential.endpoint.shortName : '';
  useScreen('dark', name || say('title'), true);

  const settle = (credential: StoredCredential): void => {
    keepCredential(credential);
    setIdentity({ kind: 'room', credential });
    go(`/room/${encodeURIComponent(credential.endpoint.code)}`, { replace: true });
  };
  useLink(identity, settle, () => setIdentity({ kind: 'linkUsed' }));

  if (identity.kind === 'room') {
    return <Station credential={identity.credential} onUnpaired={() => setIdentity({ kind: 'pairing' })} />;
  }
  return (
    <main className="mx-auto flex w-full max-w-6xl grow flex-col gap-4 px-8 py-4">
      <div className="self-end">
        <HeaderTools />
      </div>
      <div className="flex grow flex-col justify-center pb-[8vh]">
        {identity.kind === 'linking' && <Spinner className="text-2xl" label={say('pairLink')} />}
        {identity.kind === 'linkUsed' && (
          <div className="flex flex-col items-center gap-8 text-center">
            <span className="grid size-24 place-items-center rounded-full bg-accent-soft text-accent">
              <Icon name="device" size={48} />
            </span>
            <p className="max-w-4xl text-3xl leading-normal">{say('pairLinkUsed')}</p>
            <Button size="kiosk" tone="primary" onPress={() => setIdentity({ kind: 'pairing' })}>
              {say('pairByCode')}
            </Button>
          </div>
        )}
        {identity.kind === 'choose' && (
          <Choose among={identity.among} onChosen={settle} onPair={() => setIdentity({ kind: 'pairing' })} />
        )}
        {identity.kind === 'pairing' && <Pairing onPaired={settle} />}
      </div>
    </main>
  );
}

function identify(code: string | undefined): Identity {
  if (new URLSearchParams(location.search).has('pair')) return { kind: 'linking' };
  if (code !== undefined) {
    const credential = readCredential(code);
    return credential ? { kind: 'room', credential } : { kind: 'pairing' };
  }
  const [only, ...others] = listCredentials();
  if (!only) return { kind: 'pairing' };
  return others.length === 0 ? { kind: 'room', credential: only } : { kind: 'choose', among: [only, ...others] };
}

/** an exchange under way, so that a second mounting does not use the link up twice */
const exchanges = new Map<string, Promise<StoredCredential>>();

/** Exchanges the one-time token of the link, once. */
function useLink(identity: Identity, onPaired: (credential: StoredCredential) => void, onUsed: () => void): void {
  const told = useRef({ onPaired, onUsed });
  useEffect(() => {
    told.current = { onPaired, onUsed };
  }, [onPaired, onUsed]);
  useEffect(() => {
    if (identity.kind !== 'linking') return;
    const token = new URLSearchParams(location.search).get('pair') ?? '';
    const exchange = exchanges.get(token) ?? api.post<StoredCredential>('/devices/pair', { token });
    exchanges.set(token, exchange);
    exchange.then(
      (credential) => {
        rememberLink(token, credential.endpoint.code);
        told.current.onPaired(credential);
      },
      () => {
        const known = linkedBefore(token);
        if (known) told.current.onPaired(known);
        else told.current.onUsed();
      },
    );
  }, [identity.kind]);
}

const LINKS = 'nhipcau.links';

/** A link that was used by this very browser leads to the room that it made. */
function linkedBefore(token: string): StoredCredential | null {
  const codes = JSON.parse(localStorage.getItem(LINKS) ?? '{}') as Record<string, string>;
  const code = codes[shortened(token)];
  return code === undefined ? null : readCredential(code);
}

function rememberLink(token: string, code: string): void {
  const codes = JSON.parse(localStorage.getItem(LINKS) ?? '{}') as Record<string, string>;
  localStorage.setItem(LINKS, JSON.stringify({ ...codes, [shortened(token)]: code }));
}

/** enough to know the link again, too little to use it */
function shortened(token: string): string {
  return token.slice(-8);
}

function Choose(props: {
  among: StoredCredential[];
  onChosen: (credential: StoredCredential) => void;
  onPair: () => void;
}): ReactNode {
  const say = useWords(roomWords);
  return (
    <div className="flex flex-col items-center gap-6 py-8">
      <h1 className="text-center text-3xl leading-normal font-semibold">{say('chooseEndpoint')}</h1>
      {props.among.map((credential) => (
        <Button
          key={credential.endpoint.code}
          size="kiosk"
          className="w-full max-w-3xl"
          onPress={() => props.onChosen(credential)}
        >
          {credential.endpoint.name}
        </Button>
      ))}
      <Button size="kiosk" tone="quiet" onPress={props.onPair}>
        {say('pairAnother')}
      </Button>
    </div>
  );
}
