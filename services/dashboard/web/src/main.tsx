/** Composition root of the page. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { start } from './store/actions.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/layout.css';
import './styles/cameras.css';
import './styles/events.css';
import './styles/player.css';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
start();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
