import type { ReactNode } from 'react';
import { commonWords } from '../i18n/common.ts';
import { useWords } from '../i18n/index.ts';
import { nextTextScale, setPrefs, usePrefs } from '../lib/prefs.ts';
import { Button, ToggleButton } from './Button.tsx';
import { Clock } from './Clock.tsx';
import { Toolbar } from './Toolbar.tsx';

/** Text size, contrast, language and the server's clock: on every screen, in the same place. */
export function HeaderTools({ clock = true, day = false }: { clock?: boolean; day?: boolean }): ReactNode {
  const say = useWords(commonWords);
  const { language, textScale, highContrast } = usePrefs();
  const smaller = nextTextScale(textScale, -1);
  const larger = nextTextScale(textScale, 1);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <Toolbar label={say('tools')} className="gap-0.5!">
        <Button
          tone="quiet"
          className="px-2.5!"
          aria-label={`A−: ${say('smaller')}`}
          isDisabled={smaller === null}
          onPress={() => smaller !== null && setPrefs({ textScale: smaller })}
        >
          A−
        </Button>
        <Button
          tone="quiet"
          className="px-2.5! text-lg!"
          aria-label={`A+: ${say('larger')}`}
          isDisabled={larger === null}
          onPress={() => larger !== null && setPrefs({ textScale: larger })}
        >
          A+
        </Button>
        <ToggleButton
          icon="contrast"
          label={say('contrast')}
          isSelected={highContrast}
          onChange={(on) => setPrefs({ highContrast: on })}
          className="border-transparent! not-data-[selected]:bg-transparent!"
        />
        <Button
          tone="quiet"
          icon="globe"
          className="px-2.5!"
          aria-label={`${say('languageMark')}: ${say('language')}`}
          onPress={() => setPrefs({ language: language === 'vi' ? 'en' : 'vi' })}
        >
          {say('languageMark')}
        </Button>
      </Toolbar>
      {clock && <Clock day={day ? 'beside' : undefined} />}
    </div>
  );
}
