import type { ReactNode } from 'react';
import { addWords, useLanguage, useWords } from '../i18n/index.ts';

const words = addWords('sessionFiles', {
  vi: { attendance: 'Tải bảng điểm danh (CSV)', events: 'Tải nhật ký phiên (CSV)' },
  en: { attendance: 'Attendance (CSV)', events: 'Session log (CSV)' },
});

/** Links to the attendance and the log of a session, in the language of the page. */
export function SessionFiles({ sessionId }: { sessionId: string }): ReactNode {
  const say = useWords(words);
  const language = useLanguage();
  return (
    <p className="flex flex-wrap gap-x-6">
      {(['attendance', 'events'] as const).map((name) => (
        <a
          key={name}
          className="py-2 text-accent underline"
          href={`/api/v1/sessions/${sessionId}/${name}?format=csv&language=${language}`}
          download
        >
          {say(name)}
        </a>
      ))}
    </p>
  );
}
