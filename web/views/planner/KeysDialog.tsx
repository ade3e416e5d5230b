import type { ReactNode } from 'react';
import { Dialog } from '../../components/Dialog.tsx';
import { Checkbox } from '../../components/fields.tsx';
import { useWords } from '../../i18n/index.ts';
import { plannerWords } from './words.ts';

const ROWS = [
  ['T', 'today'],
  ['← →, Ctrl + ← →', 'days'],
  ['← ↑ → ↓', 'cells'],
  ['Enter', 'open'],
  ['N', 'create'],
  ['E', 'edit'],
  ['Del', 'cancel'],
  ['Ctrl + Z', 'undo'],
  ['/', 'search'],
  ['?', 'help'],
] as const;

/** What every key of the planner does, and the switch for those of a single letter. */
export function KeysDialog(props: {
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  onClose: () => void;
}): ReactNode {
  const { isOn, onChange, onClose } = props;
  const say = useWords(plannerWords);
  return (
    <Dialog title={say('keys')} isOpen onClose={onClose} size="md">
      <Checkbox isSelected={isOn} onChange={onChange}>
        {say('keysOn')}
      </Checkbox>
      <table className="mt-3 w-full text-left">
        <tbody>
          {ROWS.map(([key, act]) => (
            <tr key={act} className="border-b border-line/60">
              <th scope="row" className="w-48 py-1.5 font-normal">
                <kbd className="rounded-md border border-edge bg-sunken px-2 py-0.5 font-sans font-semibold">{key}</kbd>
              </th>
              <td className="py-1.5">{say(`key.${act}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
