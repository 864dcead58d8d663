/** Writes `.env.example` and docs/ref/settings.md anew from the settings table: `npm run settings-docs`. */
import { writeFileSync } from 'node:fs';
import { renderEnvironmentExample, renderSettingsPage } from './settings-page.ts';

writeFileSync('.env.example', renderEnvironmentExample());
writeFileSync('docs/ref/settings.md', renderSettingsPage());
