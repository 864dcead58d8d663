/** Composition root of the page. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { language } from './messages.ts';
import { fillPath } from './router/path.ts';
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

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
document.documentElement.lang = language;

// The live wall and events had no paths of their own once.
const place = currentPlace();
const query = new URLSearchParams(place.search);
const event = query.get('event');
if (place.path === '/' && query.has('wall')) navigate('/live', 'replace');
if (place.path === '/' && event !== null && event !== '')
  navigate(fillPath('/events/:id', { id: event }), 'replace');

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
