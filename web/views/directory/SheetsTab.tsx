import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { SheetKind } from '../../../server/protocol/surgery.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { DateField } from '../../components/dateFields.tsx';
import { Select } from '../../components/fields.tsx';
import { Icon } from '../../components/icons.tsx';
import { ProblemLine } from '../../components/States.tsx';
import { useWords } from '../../i18n/index.ts';
import { directoryCalls } from '../../lib/directoryCalls.ts';
import { dayKey } from '../../lib/format.ts';
import { serverNow } from '../../lib/serverClock.ts';
import { ApplyButton } from './ApplyButton.tsx';
import { PlanResult } from './PlanResult.tsx';
import { treeWords } from './treeWords.ts';
import { usePlan } from './usePlan.ts';

// spelled out, since the schemas' module would bring the whole validator into the browser
const KINDS: readonly SheetKind[] = ['units', 'endpoints', 'surgery'];

/** Sheets into the directory, with a preview that names row and column of each fault, and out of it. */
export function SheetsTab({ onChanged }: { onChanged: () => void }): ReactNode {
  return (
    <div className="grid items-start gap-6 xl:grid-cols-[2fr_1fr]">
      <Import onChanged={onChanged} />
      <Export />
    </div>
  );
}

/** The sheet that is chosen, its day, and the dry run of it. */
function useImport(onChanged: () => void) {
  const [kind, setKind] = useState<SheetKind>('endpoints');
  const [file, setFile] = useState<File | null>(null);
  const [on, setOn] = useState(() => dayKey(serverNow()));
  const [tried, setTried] = useState(false);
  const ownDay = kind === 'surgery';
  const chosen = file ?? new File([], '');
  const run = usePlan({
    preview: () => directoryCalls.previewSheet(kind, chosen, on),
    apply: () => directoryCalls.applySheet(kind, chosen, on),
    onApplied: () => {
      setFile(null);
      onChanged();
    },
  });
  const renew = (act: () => void): void => {
    act();
    run.forget();
  };
  const choose = (value: string): void =>
    renew(() => {
      const next = KINDS.find((k) => k === value) ?? 'endpoints';
      setKind(next);
      // a sheet of operations says its own day
      setOn(next === 'surgery' ? '' : dayKey(serverNow()));
    });
  const preview = (): void => {
    setTried(true);
    if (on || ownDay) run.preview();
  };
  const pick = (picked: File | null): void => renew(() => setFile(picked));
  const setDay = (day: string): void => renew(() => setOn(day));
  return { kind, file, on, run, ownDay, lacksDay: tried && !on && !ownDay, choose, pick, setDay, preview };
}

function Import({ onChanged }: { onChanged: () => void }): ReactNode {
  const say = useWords(treeWords);
  const form = useImport(onChanged);
  const { kind, file, run, ownDay } = form;
  return (
    <Card title={say('importTitle')} bodyClassName="flex flex-col gap-5">
      <p className="text-muted">{say('importLead')}</p>
      <div className="grid gap-5 md:grid-cols-2">
        <Select
          label={say('sheetKind')}
          value={kind}
          onChange={form.choose}
          options={KINDS.map((k) => ({ value: k, label: say(`sheet.${k}`) }))}
        />
        <DateField
          key={String(ownDay)}
          label={ownDay ? say('effectiveOn') : `${say('effectiveOn')} *`}
          value={form.on}
          onChange={form.setDay}
          error={form.lacksDay ? say('needDay') : null}
        />
        {ownDay && <p className="text-sm text-muted md:col-span-2">{say('ownDay')}</p>}
      </div>
      <div className="flex flex-wrap items-center gap-3">
        <SheetPicker file={file} onFile={form.pick} />
        <Button
          tone={run.shown?.ok ? 'plain' : 'primary'}
          className="ml-auto"
          isDisabled={!file}
          isPending={run.busy === 'preview'}
          onPress={form.preview}
        >
          {say('previewSheet')}
        </Button>
        <ApplyButton run={run} label={say('applySheet')} />
      </div>
      <ProblemLine problem={run.problem} />
      {run.shown && <PlanResult preview={run.shown} />}
    </Card>
  );
}

function SheetPicker({ file, onFile }: { file: File | null; onFile: (file: File | null) => void }): ReactNode {
  const say = useWords(treeWords);
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={picker}
        type="file"
        accept=".xlsx,.csv"
        tabIndex={-1}
        aria-hidden="true"
        className="hidden"
        onChange={(e) => {
          onFile(e.target.files?.[0] ?? null);
          // the same file, mended, must be a change again
          e.target.value = '';
        }}
      />
      <Button icon="plus" onPress={() => picker.current?.click()}>
        {say('file')}
      </Button>
      <span role="status" className="min-w-0 truncate">
        {file?.name ?? say('noFile')}
      </span>
    </>
  );
}

function Export(): ReactNode {
  const say = useWords(treeWords);
  return (
    <Card title={say('exportTitle')} bodyClassName="flex flex-col gap-3">
      <p className="text-muted">{say('exportLead')}</p>
      <ul className="flex flex-col">
        {KINDS.map((kind) => (
          <li key={kind} className="flex flex-wrap items-center gap-x-5 border-t border-line py-1 first:border-t-0">
            <span className="grow font-medium">{say(`sheet.${kind}`)}</span>
            {(['xlsx', 'csv'] as const).map((format) => (
              <a
                key={format}
                href={directoryCalls.sheetAddress(kind, format)}
                download
                aria-label={say('download', { name: say(`sheet.${kind}`), format: format.toUpperCase() })}
                className="flex min-h-target items-center gap-2 font-semibold text-accent underline underline-offset-4"
              >
                <Icon name="arrowRight" className="rotate-90" />
                {format.toUpperCase()}
              </a>
            ))}
          </li>
        ))}
      </ul>
    </Card>
  );
}
