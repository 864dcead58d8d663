/** What stands in the place of a screen that cannot be shown. */
import { t } from '../messages.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { AlertIcon, HomeIcon, ShieldIcon } from '../ui/icons.tsx';
import { Nothing } from '../ui/nothing.tsx';

const homeButton = (
  <LinkButton to="/" tone="primary" icon={<HomeIcon />}>
    {t.screen.home}
  </LinkButton>
);

export const NotFound = () => (
  <Nothing
    level={1}
    icon={<AlertIcon />}
    title={t.screen.notFound}
    hint={t.screen.notFoundHint}
    actions={homeButton}
  />
);

export const NotAllowed = () => (
  <Nothing
    level={1}
    icon={<ShieldIcon />}
    title={t.screen.notAllowed}
    hint={t.screen.notAllowedHint}
    actions={homeButton}
  />
);

export const LoadFailed = () => (
  <div role="alert">
    <Nothing
      level={1}
      icon={<AlertIcon />}
      title={t.screen.failed}
      hint={t.screen.failedLoad}
      actions={<Button onClick={() => window.location.reload()}>{t.screen.reload}</Button>}
    />
  </div>
);

export const ScreenFailed = ({ onRetry }: { readonly onRetry: () => void }) => (
  <div role="alert">
    <Nothing
      level={1}
      icon={<AlertIcon />}
      title={t.screen.failed}
      hint={t.screen.failedHint}
      actions={<Button onClick={onRetry}>{t.screen.retry}</Button>}
    />
  </div>
);
