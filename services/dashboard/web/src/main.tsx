/** Composition root of the page. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { language } from './messages.ts';
import { currentPlace, navigate } from './router/router.ts';
import { findScreen } from './screens.ts';
import { fetchScreen } from './shell/outlet.tsx';
import { start } from './store/actions.ts';
import { startWorker } from './worker-link.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/kit.css';
import './styles/layout.css';
import './styles/cameras.css';
import './styles/events.css';
import './styles/player.css';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
document.documentElement.lang = language;

// The live wall had no path of its own once.
const place = currentPlace();
if (place.path === '/' && new URLSearchParams(place.search).has('wall')) navigate('/live', 'replace');

// Its code comes while the server is asked who we are.
const found = findScreen(currentPlace().path);
if (found !== undefined) void fetchScreen(found.screen).catch(() => undefined);
start();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
startWorker();
