import type { ReactNode } from 'react';
import type { Template } from '../../../server/protocol/meetings.ts';
import type { Meeting } from '../../../server/protocol/rest.ts';
import { Button, IconButton } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { EmptyState, Spinner } from '../../components/States.tsx';
import { showProblem, showToast } from '../../components/toasts.ts';
import { useWords } from '../../i18n/index.ts';
import { useRead } from '../../lib/api.ts';
import { formatTime } from '../../lib/format.ts';
import { plannerCalls } from '../../lib/plannerCalls.ts';
import { Mark } from './Block.tsx';
import { lastOfKinds } from './lastOfKinds.ts';
import { plannerWords } from './words.ts';

/** Chooses what a new meeting starts from: a saved template, or the last meeting of a kind. */
export function TemplateDialog(props: {
  onClose: () => void;
  onTemplate: (template: Template) => void;
  onMeeting: (meeting: Meeting) => void;
  /** there is nothing to start from yet */
  onNew: () => void;
}): ReactNode {
  const { onClose, onTemplate, onMeeting, onNew } = props;
  const say = useWords(plannerWords);
  const templates = useRead((signal) => plannerCalls.templates(signal), 'templates');
  const last = useRead((signal) => lastOfKinds(signal), 'last');
  const waits = (!templates.data && !templates.problem) || (!last.data && !last.problem);
  const none = !waits && !templates.data?.length && !last.data?.length;
  const remove = (template: Template): void => {
    plannerCalls
      .removeTemplate(template.id)
      .then(() => {
        showToast({ tone: 'ok', text: say('removedTemplate', { name: template.name }) });
        templates.reload();
      })
      .catch(showProblem);
  };
  return (
    <Dialog title={say('chooseTemplate')} isOpen onClose={onClose} size="md">
      {waits && <Spinner />}
      {none && (
        <EmptyState
          icon="calendar"
          title={say('noTemplates')}
          action={
            <Button tone="primary" icon="plus" onPress={onNew}>
              {say('create')}
            </Button>
          }
        >
          {say('noTemplatesWhy')}
        </EmptyState>
      )}
      <Saved templates={templates.data ?? []} onTemplate={onTemplate} onRemove={remove} />
      <Last meetings={last.data ?? []} onMeeting={onMeeting} />
    </Dialog>
  );
}

function Saved(props: {
  templates: readonly Template[];
  onTemplate: (template: Template) => void;
  onRemove: (template: Template) => void;
}): ReactNode {
  const { templates, onTemplate, onRemove } = props;
  const say = useWords(plannerWords);
  if (!templates.length) return null;
  return (
    <Section title={say('templates')}>
      {templates.map((t) => (
        <li key={t.id} className="flex items-center gap-1">
          <Pick
            kind={t.form.kind}
            title={t.name}
            time={t.form.startTime ?? '…'}
            count={t.form.endpointIds.length}
            onPress={() => onTemplate(t)}
          />
          {t.may.change && (
            <IconButton
              icon="trash"
              label={say('removeTemplate', { name: t.name })}
              tip="start"
              onPress={() => onRemove(t)}
            />
          )}
        </li>
      ))}
    </Section>
  );
}

function Last(props: { meetings: readonly Meeting[]; onMeeting: (meeting: Meeting) => void }): ReactNode {
  const { meetings, onMeeting } = props;
  const say = useWords(plannerWords);
  if (!meetings.length) return null;
  return (
    <Section title={say('lastOfKind')}>
      {meetings.map((m) => (
        <li key={m.id}>
          <Pick
            kind={m.kind}
            title={m.title}
            time={formatTime(m.startsAt)}
            count={m.endpointIds.length}
            onPress={() => onMeeting(m)}
          />
        </li>
      ))}
    </Section>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <section className="mb-5">
      <h3 className="mb-2 text-lg font-semibold">{title}</h3>
      <ul className="flex flex-col gap-2">{children}</ul>
    </section>
  );
}

function Pick(props: {
  kind: Meeting['kind'];
  title: string;
  time: string;
  count: number;
  onPress: () => void;
}): ReactNode {
  const { kind, title, time, count, onPress } = props;
  const say = useWords(plannerWords);
  return (
    <Button className="w-full justify-start! text-left!" onPress={onPress}>
      <span className="flex items-center gap-3 py-1.5">
        <span data-kind={kind} className="pl-swatch shrink-0 rounded-md pl-1">
          <Mark kind={kind} />
        </span>
        <span className="min-w-0">
          <span className="block leading-normal">{title}</span>
          <span className="block text-sm font-normal text-muted">
            {say('templateFacts', { kind: say(`kind.${kind}`), time, count })}
          </span>
        </span>
      </span>
    </Button>
  );
}
