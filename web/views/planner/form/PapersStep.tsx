import { useRef } from 'react';
import type { ReactNode } from 'react';
import type { PlannedMeeting } from '../../../../server/protocol/meetings.ts';
import { Button, IconButton } from '../../../components/Button.tsx';
import { Checkbox, TextField } from '../../../components/fields.tsx';
import { Icon } from '../../../components/icons.tsx';
import { showToast } from '../../../components/toasts.ts';
import { useWords } from '../../../i18n/index.ts';
import { MOST_BYTES, Papers } from '../Papers.tsx';
import type { PlanForm } from './usePlanForm.ts';
import { formWords } from './words.ts';

/** The invitation, the papers, and the template that is kept of all this. */
export function PapersStep({ form, meeting }: { form: PlanForm; meeting: PlannedMeeting | null }): ReactNode {
  const { plan, change } = form;
  const say = useWords(formWords);
  return (
    <>
      <section className="flex flex-col gap-2">
        <h3 className="text-lg font-semibold">{say('letter')}</h3>
        <p className="flex items-start gap-2 text-muted">
          <Icon name="info" className="mt-1 shrink-0" />
          {say('letterWhat')}
        </p>
        {!meeting && (
          <Checkbox isSelected={plan.invites} onChange={(invites) => change({ invites })}>
            {say('invites', { count: plan.endpointIds.size })}
          </Checkbox>
        )}
        <Checkbox isSelected={plan.isPublic} onChange={(isPublic) => change({ isPublic })}>
          {say('isPublic')}
        </Checkbox>
      </section>
      {/* a saved meeting has its papers already; those of a new one go out when it is saved */}
      {meeting ? <Papers meetingId={meeting.id} mayKeep /> : <NewPapers form={form} />}
      <TextField
        label={say('template')}
        hint={say('templateHint')}
        value={plan.templateName}
        onChange={(templateName) => change({ templateName })}
        maxLength={120}
      />
    </>
  );
}

function NewPapers({ form }: { form: PlanForm }): ReactNode {
  const { plan, change } = form;
  const say = useWords(formWords);
  const picker = useRef<HTMLInputElement>(null);
  const add = (list: FileList | null): void => {
    const files = [...(list ?? [])];
    for (const file of files.filter((f) => f.size > MOST_BYTES)) {
      showToast({ tone: 'bad', text: say('tooBig', { name: file.name }) });
    }
    change({ files: [...plan.files, ...files.filter((f) => f.size <= MOST_BYTES)] });
    if (picker.current) picker.current.value = '';
  };
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-lg font-semibold">{say('documents')}</h3>
      <p className="text-sm text-muted">{say('documentsHint')}</p>
      <ul>
        {plan.files.map((file) => (
          <li key={`${file.name}/${file.lastModified}`} className="flex items-center gap-2">
            <span className="min-w-0 truncate">{file.name}</span>
            <span className="text-sm text-muted">{Math.max(1, Math.round(file.size / 1024))} KB</span>
            <IconButton
              icon="trash"
              label={say('removeFile', { name: file.name })}
              onPress={() => change({ files: plan.files.filter((f) => f !== file) })}
            />
          </li>
        ))}
      </ul>
      <input
        ref={picker}
        type="file"
        multiple
        tabIndex={-1}
        aria-hidden="true"
        className="hidden"
        onChange={(e) => add(e.target.files)}
      />
      <Button icon="plus" className="self-start" onPress={() => picker.current?.click()}>
        {say('addFiles')}
      </Button>
    </section>
  );
}
