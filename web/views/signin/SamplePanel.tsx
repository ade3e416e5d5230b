import type { ReactNode } from 'react';
import { Icon } from '../../components/icons.tsx';
import { Banner } from '../../components/Status.tsx';
import { useWords } from '../../i18n/index.ts';
import { signInWords } from './words.ts';

/** How to run the first briefing of a sample installation, in four steps. */
export function SamplePanel(): ReactNode {
  const say = useWords(signInWords);
  const steps = [
    [say('step1'), say('step1Hint')],
    [say('step2'), say('step2Hint')],
    [say('step3'), say('step3Hint')],
    [say('step4'), say('step4Hint')],
  ] as const;
  return (
    <section aria-labelledby="sample-title" className="flex flex-col gap-5">
      <div>
        <h2 id="sample-title" className="text-2xl font-bold tracking-tight">
          {say('sampleTitle')}
        </h2>
        <p className="mt-2 text-muted">{say('sampleLead')}</p>
      </div>
      <ol className="flex flex-col gap-5">
        {steps.map(([what, hint], at) => (
          <li key={what} className="flex gap-4">
            <span
              aria-hidden="true"
              className="grid size-9 shrink-0 place-items-center rounded-full bg-accent font-bold text-on-accent"
            >
              {at + 1}
            </span>
            <div>
              <p className="pt-1 font-semibold">{what}</p>
              <p className="mt-1 text-[0.9375rem] text-muted">{hint}</p>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Says why cameras stay dark when the page came over plain HTTP. Nothing on localhost, which browsers trust. */
export function PlainHttpWarning(): ReactNode {
  const say = useWords(signInWords);
  if (window.isSecureContext) return null;
  return (
    <Banner tone="warn" icon="warning">
      <p className="font-semibold">{say('noTls')}</p>
      <p className="mt-1 text-[0.9375rem]">{say('noTlsHint')}</p>
    </Banner>
  );
}

/** Where the certificate of the installation's own authority is, and how a machine comes to trust it. */
export function TrustPanel(): ReactNode {
  const say = useWords(signInWords);
  return (
    <details className="rounded-2xl border border-line bg-surface px-6 py-2 shadow-card">
      <summary className="flex min-h-target cursor-pointer items-center font-semibold">{say('trustTitle')}</summary>
      <div className="flex flex-col gap-2 pb-3 text-[0.9375rem]">
        <p className="text-muted">{say('trustWhy')}</p>
        <a
          href="/ca.crt"
          download
          className="inline-flex min-h-target items-center gap-2 self-start font-semibold text-accent underline underline-offset-4"
        >
          <Icon name="lock" />
          {say('trustDownload')}
        </a>
        <p>{say('trustWindows')}</p>
        <p>{say('trustFirefox')}</p>
      </div>
    </details>
  );
}
