import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button, IconButton } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { TextField } from '../../components/fields.tsx';
import { showToast } from '../../components/toasts.ts';
import { useWords } from '../../i18n/index.ts';
import type { Span } from './days.ts';
import { deskWords } from './deskWords.ts';
import type { Filter } from './rows.ts';
import { readViews, withView, writeViews } from './savedViews.ts';
import type { SavedView } from './savedViews.ts';
import { plannerWords } from './words.ts';

/** The saved views of a person, and the name that is typed for the present one. */
function useViews(userId: string, present: Omit<SavedView, 'name'>) {
  const say = useWords(deskWords);
  const [views, setViews] = useState(() => readViews(userId));
  const [name, setName] = useState('');
  const [tried, setTried] = useState(false);
  const keep = (next: SavedView[]): void => {
    setViews(next);
    writeViews(userId, next);
  };
  const save = (): void => {
    setTried(true);
    const tidy = name.trim();
    if (!tidy) return;
    keep(withView(views, { name: tidy, ...present }));
    showToast({ tone: 'ok', text: say('savedView', { name: tidy }) });
    setName('');
    setTried(false);
  };
  const fault = tried && !name.trim() ? say('needName') : null;
  return { views, name, setName, fault, save, remove: (view: SavedView) => keep(views.filter((one) => one !== view)) };
}

/** The filters that a person saved in this browser: use one, forget one, save the present one. */
export function ViewsDialog(props: {
  userId: string;
  filter: Filter;
  span: Span;
  onUse: (view: SavedView) => void;
  onClose: () => void;
}): ReactNode {
  const { userId, filter, span, onUse, onClose } = props;
  const say = useWords(deskWords);
  const { views, name, setName, fault, save, remove } = useViews(userId, { filter, span });
  return (
    <Dialog title={say('views')} isOpen onClose={onClose} size="sm">
      <div className="flex flex-col gap-5">
        {views.length === 0 && <p className="text-muted">{say('noViews')}</p>}
        <ul>
          {views.map((view) => (
            <ViewLine key={view.name} view={view} onUse={onUse} onRemove={() => remove(view)} />
          ))}
        </ul>
        <form
          className="flex flex-col items-start gap-3 border-t border-line pt-4"
          onSubmit={(e) => {
            e.preventDefault();
            save();
          }}
        >
          <TextField
            label={say('viewName')}
            hint={say('viewHint')}
            value={name}
            onChange={setName}
            maxLength={60}
            className="w-full"
            error={fault}
          />
          <Button type="submit" icon="check" tone="primary">
            {say('saveView')}
          </Button>
        </form>
      </div>
    </Dialog>
  );
}

function ViewLine(props: { view: SavedView; onUse: (view: SavedView) => void; onRemove: () => void }): ReactNode {
  const { view, onUse, onRemove } = props;
  const say = useWords(deskWords);
  const words = useWords(plannerWords);
  const { name } = view;
  return (
    <li className="flex items-center gap-2 border-t border-line py-1 first:border-t-0">
      <Button
        tone="quiet"
        className="min-w-0 grow justify-start! text-left!"
        aria-label={say('useView', { name })}
        onPress={() => onUse(view)}
      >
        <span className="text-accent">{name}</span>{' '}
        <span className="text-sm font-normal text-muted">{words(`span.${view.span}`)}</span>
      </Button>
      <IconButton icon="trash" label={say('removeView', { name })} onPress={onRemove} />
    </li>
  );
}
