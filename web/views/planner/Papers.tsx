import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { MeetingDocument } from '../../../server/protocol/meetings.ts';
import { Button, IconButton } from '../../components/Button.tsx';
import { ConfirmDialog } from '../../components/Dialog.tsx';
import { Icon } from '../../components/icons.tsx';
import { ProblemLine } from '../../components/States.tsx';
import { showProblem, showToast } from '../../components/toasts.ts';
import { useWords } from '../../i18n/index.ts';
import { useRead } from '../../lib/api.ts';
import { plannerCalls } from '../../lib/plannerCalls.ts';
import { deskWords } from './deskWords.ts';

/** Largest paper in bytes; the same number stands in the protocol. */
export const MOST_BYTES = 50 * 1024 * 1024;

/** A file that is on its way. */
interface Sending {
  name: string;
  /** 0 to 100 */
  percent: number;
}

/** Sends files one after the other. */
function useUpload(meetingId: string, onSent: () => void) {
  const say = useWords(deskWords);
  const [sending, setSending] = useState<Sending | null>(null);
  const send = async (files: readonly File[]): Promise<void> => {
    for (const file of files) {
      const { name } = file;
      if (file.size > MOST_BYTES) {
        showToast({ tone: 'bad', text: say('tooBig', { name }) });
        continue;
      }
      setSending({ name, percent: 0 });
      const tell = (part: number): void => setSending({ name, percent: Math.floor(part * 100) });
      await plannerCalls
        .addDocument(meetingId, file, tell)
        .then(() => showToast({ tone: 'ok', text: say('sent', { name }) }))
        .catch(showProblem);
      onSent();
    }
    setSending(null);
  };
  return { sending, send };
}

/** The papers of a meeting: each to download; for who keeps them also to add and to remove. */
export function Papers({ meetingId, mayKeep }: { meetingId: string; mayKeep: boolean }): ReactNode {
  const say = useWords(deskWords);
  const read = useRead((signal) => plannerCalls.documents(meetingId, signal), meetingId);
  const { sending, send } = useUpload(meetingId, read.reload);
  const [removing, setRemoving] = useState<MeetingDocument | null>(null);
  const remove = (paper: MeetingDocument): void => {
    setRemoving(null);
    plannerCalls
      .removeDocument(meetingId, paper.id)
      .then(() => showToast({ tone: 'neutral', text: say('removed', { name: paper.name }) }))
      .catch(showProblem)
      .finally(read.reload);
  };
  if (!mayKeep && !read.data?.length) return null;
  return (
    <section aria-label={say('papers')} className="flex flex-col gap-2">
      <h3 className="text-lg font-semibold">{say('papers')}</h3>
      <ProblemLine problem={read.problem} />
      {read.data?.length === 0 && <p className="text-muted">{say('noPapers')}</p>}
      <ul>
        {read.data?.map((paper) => (
          <Paper key={paper.id} meetingId={meetingId} paper={paper} onRemove={mayKeep ? setRemoving : null} />
        ))}
      </ul>
      {sending && (
        <div className="flex flex-col gap-1.5">
          <p role="status" className="text-[0.9375rem]">
            {say('sending', { name: sending.name, percent: sending.percent })}
          </p>
          <progress
            max={100}
            value={sending.percent}
            aria-label={say('sending', { name: sending.name, percent: sending.percent })}
            className="h-2 w-full"
          />
        </div>
      )}
      {mayKeep && <Chooser isBusy={sending !== null} onChosen={(files) => void send(files)} />}
      {removing && (
        <ConfirmDialog
          title={say('removeTitle')}
          consequence={say('removeWhat', { name: removing.name })}
          action={say('remove')}
          isOpen
          onConfirm={() => remove(removing)}
          onClose={() => setRemoving(null)}
        />
      )}
    </section>
  );
}

function Paper(props: {
  meetingId: string;
  paper: MeetingDocument;
  onRemove: ((paper: MeetingDocument) => void) | null;
}): ReactNode {
  const { meetingId, paper, onRemove } = props;
  const say = useWords(deskWords);
  const { name, bytes } = paper;
  const size =
    bytes < 1024 * 1024
      ? say('sizeKb', { size: Math.max(1, Math.round(bytes / 1024)) })
      : say('sizeMb', { size: Math.round(bytes / 1024 / 102.4) / 10 });
  return (
    <li className="flex items-center gap-3 border-t border-line first:border-t-0">
      <a
        href={plannerCalls.documentAddress(meetingId, paper.id)}
        download={name}
        aria-label={say('download', { name })}
        title={name}
        className="flex min-h-target min-w-0 grow items-center gap-2.5 rounded-lg font-medium text-accent underline-offset-4 hover:underline"
      >
        <Icon name="copy" className="shrink-0" />
        <span className="truncate">{name}</span>
      </a>
      <span className="shrink-0 text-sm text-muted">{size}</span>
      {onRemove && <IconButton icon="trash" label={say('removePaper', { name })} onPress={() => onRemove(paper)} />}
    </li>
  );
}

function Chooser({ isBusy, onChosen }: { isBusy: boolean; onChosen: (files: File[]) => void }): ReactNode {
  const say = useWords(deskWords);
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={picker}
        type="file"
        multiple
        tabIndex={-1}
        aria-hidden="true"
        className="hidden"
        data-papers
        onChange={(e) => {
          const files = [...(e.target.files ?? [])];
          e.target.value = '';
          if (files.length) onChosen(files);
        }}
      />
      <Button icon="plus" className="self-start" isPending={isBusy} onPress={() => picker.current?.click()}>
        {say('addPapers')}
      </Button>
    </>
  );
}
