import { memo, startTransition, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { Endpoint } from '../../../server/protocol/rest.ts';
import { Button } from '../../components/Button.tsx';
import { Icon } from '../../components/icons.tsx';
import { useLanguage, useWords } from '../../i18n/index.ts';
import { formatKbps } from '../../lib/format.ts';
import { OnlineState } from './OnlineState.tsx';
import { directoryWords } from './words.ts';

const HEAD = 'px-4 py-3 text-left text-sm font-semibold text-muted';
const CELL = 'px-4 py-1.5 align-middle';

/** Rows of the first drawing, more than a screen holds; the others follow when it stands. */
const AT_FIRST = 40;

/** @returns how many rows are to be drawn by now */
function useDrawn(count: number): number {
  const [isStanding, setStanding] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => startTransition(() => setStanding(true)));
    return () => clearTimeout(timer);
  }, []);
  return isStanding ? count : Math.min(count, AT_FIRST);
}

/** The endpoints as a table; the name of each opens its details. */
export const EndpointTable = memo(function EndpointTable(props: {
  endpoints: Endpoint[];
  levelName: (code: string) => string;
  onOpen: (endpoint: Endpoint) => void;
}): ReactNode {
  const { endpoints, levelName, onOpen } = props;
  const say = useWords(directoryWords);
  const drawn = useDrawn(endpoints.length);
  return (
    <div className="overflow-x-auto rounded-2xl border border-line bg-surface shadow-card">
      <table className="w-full border-collapse">
        <caption className="sr-only">{say('list')}</caption>
        <thead className="border-b border-line bg-bg">
          <tr>
            <th scope="col" className={HEAD}>
              {say('name')}
            </th>
            <th scope="col" className={HEAD}>
              {say('code')}
            </th>
            <th scope="col" className={HEAD}>
              {say('level')}
            </th>
            <th scope="col" className={HEAD}>
              {say('area')}
            </th>
            <th scope="col" className={HEAD}>
              {say('state')}
            </th>
            <th scope="col" className={`${HEAD} whitespace-nowrap`}>
              {say('line')} <span className="font-normal">({say('lineHint')})</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {endpoints.slice(0, drawn).map((endpoint) => (
            <Row key={endpoint.id} endpoint={endpoint} levelName={levelName} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
    </div>
  );
});

const Row = memo(function Row(props: {
  endpoint: Endpoint;
  levelName: (code: string) => string;
  onOpen: (endpoint: Endpoint) => void;
}): ReactNode {
  const { endpoint, levelName, onOpen } = props;
  const say = useWords(directoryWords);
  const language = useLanguage();
  return (
    <tr className="border-b border-line last:border-b-0 hover:bg-bg">
      <th scope="row" className={`${CELL} min-w-44 text-left font-normal`}>
        <Button
          tone="quiet"
          className="-ml-3 justify-start! px-3! text-left! leading-normal!"
          aria-label={say('open', { name: endpoint.name })}
          aria-haspopup="dialog"
          onPress={() => onOpen(endpoint)}
        >
          <span className="text-accent underline-offset-4 hover:underline">{endpoint.name}</span>
        </Button>
      </th>
      <td className={`${CELL} whitespace-nowrap text-muted`}>{endpoint.code}</td>
      <td className={`${CELL} whitespace-nowrap`}>{levelName(endpoint.level)}</td>
      <td className={`${CELL} min-w-40`}>{endpoint.area}</td>
      <td className={CELL}>
        <OnlineState online={endpoint.online} />
      </td>
      <td className={`${CELL} whitespace-nowrap`}>
        <span className="flex items-center gap-2">
          <Icon name="signal" className="text-muted" />
          {formatKbps(endpoint.line.downKbps, language)} / {formatKbps(endpoint.line.upKbps, language)}
        </span>
      </td>
    </tr>
  );
});
