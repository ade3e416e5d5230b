import type { ReactNode } from 'react';
import { Dialog } from '../../components/Dialog.tsx';
import { Checkbox } from '../../components/fields.tsx';
import { KEY_ROWS } from './keys.ts';
import { useChairWords } from './words.ts';

/** What every key of the console does, and the switch for those of a single letter. */
export function KeyTable(props: {
  isOpen: boolean;
  onClose: () => void;
  enabled: boolean;
  onEnabled: (enabled: boolean) => void;
}): ReactNode {
  const { isOpen, onClose, enabled, onEnabled } = props;
  const say = useChairWords();
  return (
    <Dialog title={say('keys')} isOpen={isOpen} onClose={onClose} size="md">
      <Checkbox isSelected={enabled} onChange={onEnabled}>
        {say('keysOn')}
      </Checkbox>
      <table className="mt-3 w-full text-left">
        <tbody>
          {KEY_ROWS.map(([key, act]) => (
            <tr key={act} className="border-b border-line/60">
              <th scope="row" className="w-44 py-1.5 font-normal">
                <kbd className="rounded-md border border-edge bg-sunken px-2 py-0.5 font-sans font-semibold">
                  {key || say('spaceKey')}
                </kbd>
              </th>
              <td className="py-1.5 leading-normal">{say(`key.${act}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
