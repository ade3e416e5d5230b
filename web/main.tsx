import { StrictMode } from 'react';
import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { ToastRegion } from './components/ToastRegion.tsx';
import { useLanguage } from './i18n/index.ts';
import { startPrefs } from './lib/prefs.ts';
import { Routes } from './lib/router.tsx';
import { readTypeface } from './lib/typeface.ts';

startPrefs();

function Application(): ReactNode {
  const language = useLanguage();
  return (
    <I18nProvider locale={language === 'vi' ? 'vi-VN' : 'en-GB'}>
      <Routes />
      <ToastRegion />
    </I18nProvider>
  );
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Application />
    </StrictMode>,
  );
}
void readTypeface();
