/** Brings the CA of this installation to the device at hand. Works without a login. */
import { useResource } from '../data/use-resource.ts';
import { date } from '../format.ts';
import { changeQuery, useQueryParams } from '../router/router.ts';
import { useAppState } from '../store/store.ts';
import type { Trust } from '../types.ts';
import { LinkButton } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Segmented } from '../ui/choice.tsx';
import { DownloadIcon } from '../ui/icons.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Resource } from '../ui/resource.tsx';
import { Facts } from '../ui/table.tsx';
import { deviceOf, takesProfile, type Device } from './devices.ts';
import './trust.css';
import { t } from './words.ts';

const devices = Object.keys(t.devices) as Device[];

export function Screen() {
  const chosen = useQueryParams().get('device');
  const device =
    devices.find((one) => one === chosen) ?? deviceOf(navigator.userAgent, navigator.maxTouchPoints);
  const loggedIn = useAppState().phase === 'ready';
  return (
    <div className="column">
      <PageHeader
        title={t.title}
        lead={t.lead}
        actions={!loggedIn && <LinkButton to="/">{t.back}</LinkButton>}
      />
      <Card className="trust-card">
        <Segmented
          label={t.device}
          value={device}
          onChange={(next) => changeQuery({ device: next }, 'replace')}
          choices={devices.map((one) => ({ value: one, label: t.devices[one] }))}
        />
        <Download device={device} />
        <ol className="trust-steps">
          {t.steps[device].map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </Card>
      <Fingerprint />
    </div>
  );
}

/** A plain link: browsers treat what is fetched by a page as a mere file. */
function Download({ device }: { readonly device: Device }) {
  const profile = takesProfile(device);
  return (
    <a
      className="button button-primary trust-download"
      href={profile ? '/api/trust/apiary.mobileconfig' : '/api/trust/ca.crt'}
    >
      <DownloadIcon />
      {profile ? t.downloadProfile : t.download}
    </a>
  );
}

function Fingerprint() {
  const trust = useResource<Trust>(['trust'], '/api/trust');
  return (
    <Card title={t.checkTitle} lead={t.check}>
      <Resource of={trust}>
        {({ name, sha256, validTo }) => (
          <Facts
            facts={[
              { name: t.name, value: name },
              { name: t.validTo, value: date(validTo) },
              { name: t.fingerprint, value: <code className="trust-print">{sha256}</code> },
            ]}
          />
        )}
      </Resource>
    </Card>
  );
}
