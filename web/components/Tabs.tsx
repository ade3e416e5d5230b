import type { ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components/Tabs';
import { cx } from './cx.ts';

/** One page of a set of tabs. */
export interface TabPage {
  id: string;
  label: ReactNode;
  content: ReactNode;
}

/** Pages behind tabs; arrow keys move, only the chosen page exists. */
export function Tabs(props: {
  label: string;
  pages: TabPage[];
  selected?: string;
  onSelect?: (id: string) => void;
  className?: string;
}): ReactNode {
  const { label, pages, selected, onSelect, className } = props;
  return (
    <AriaTabs
      selectedKey={selected}
      onSelectionChange={(key) => onSelect?.(String(key))}
      // the ring is the tab's or the control's, not also that of everything around it
      className={cx('flex min-h-0 flex-col gap-4 outline-none!', className)}
    >
      <TabList aria-label={label} className="flex flex-wrap gap-1 border-b border-line">
        {pages.map((page) => (
          <Tab
            key={page.id}
            id={page.id}
            className={
              '-mb-px flex min-h-target items-center gap-2 rounded-t-lg border-b-3 border-transparent px-4 font-semibold ' +
              'text-muted hover:text-ink data-[selected]:border-accent data-[selected]:text-accent'
            }
          >
            {page.label}
          </Tab>
        ))}
      </TabList>
      {pages.map((page) => (
        <TabPanel key={page.id} id={page.id} className="min-h-0 outline-offset-4">
          {page.content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
