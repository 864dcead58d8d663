/** What the camera says of itself: mode reported beside mode asked for, connection, figures, its clock. */
import { CommandLine } from '../cameras/command-line.tsx';
import { ModeSwitch } from '../cameras/mode-switch.tsx';
import { length, number, shortTime } from '../format.ts';
import { t as core } from '../messages.ts';
import { mayDo } from '../screens.ts';
import { selectLastCommand } from '../store/reducer.ts';
import { useAppState } from '../store/store.ts';
import { modes, type Camera } from '../types.ts';
import { Badge } from '../ui/badge.tsx';
import { Card } from '../ui/card.tsx';
import { Facts, type Fact } from '../ui/table.tsx';
import { Time } from '../ui/time.tsx';
import { useNow } from '../ui/use-now.ts';
import { useClock, type Clock } from './use-camera.ts';
import { t } from './words.ts';

export function StateCard({ camera }: { readonly camera: Camera }) {
  const state = useAppState();
  const clock = useClock(camera);
  const command = selectLastCommand(state, camera.id);
  const now = useNow();
  return (
    <Card title={t.state.title} actions={<ConnectionBadge camera={camera} />}>
      {mayDo(state, 'cameras.control') && <ModeSwitch camera={camera} command={command} />}
      <CommandLine command={command} />
      <Facts facts={[...modeFacts(camera), ...figures(camera, now), clockFact(clock), ...identity(camera)]} />
      {clock !== null && Math.abs(clock.differenceSeconds) > wrongSeconds && (
        <p className="hint">{t.state.clockWrong}</p>
      )}
    </Card>
  );
}

function ConnectionBadge({ camera }: { readonly camera: Camera }) {
  return camera.connectionStatus === 'connected' ? (
    <Badge tone="good">{core.cameras.connected}</Badge>
  ) : (
    <Badge tone="warn">{core.cameras.disconnected}</Badge>
  );
}

const modeName = (mode: string): string => {
  const known = modes.find((one) => one === mode);
  return known === undefined ? t.state.unknown : core.modes[known];
};

function modeFacts({ mode, requestedMode }: Camera): Fact[] {
  return [
    { name: t.state.reported, value: modeName(mode) },
    { name: t.state.asked, value: requestedMode === null ? t.state.none : modeName(requestedMode) },
  ];
}

/** What some cameras never tell is left out. */
function figures(camera: Camera, now: number): Fact[] {
  const { batteryLevel, signalStrength, temperature, uptimeSeconds, connectionChangedAt, lastSeenAt } =
    camera;
  const status = camera.connectionStatus === 'connected' ? core.cameras.connected : core.cameras.disconnected;
  return [
    {
      name: t.state.connection,
      value:
        connectionChangedAt === null ? status : t.state.since(status, shortTime(connectionChangedAt, now)),
    },
    { name: t.state.lastHeard, value: lastSeenAt === null ? t.state.never : <Time at={lastSeenAt} /> },
    ...(batteryLevel === null ? [] : [{ name: t.state.battery, value: `${number(batteryLevel)} %` }]),
    ...(signalStrength === null ? [] : [{ name: t.state.signal, value: signalText(signalStrength) }]),
    ...(temperature === null ? [] : [{ name: t.state.temperature, value: `${number(temperature)} °C` }]),
    ...(uptimeSeconds === null ? [] : [{ name: t.state.uptime, value: length(uptimeSeconds) }]),
  ];
}

/** Some firmware gives dBm, which is below zero, some a figure of its own. */
const signalText = (value: number): string => (value < 0 ? `${number(value)} dBm` : number(value));

const wrongSeconds = 300;
const rightSeconds = 2;
function clockFact(clock: Clock | null): Fact {
  const value = clock === null ? t.state.unknown : clockText(clock.differenceSeconds);
  return { name: t.state.clock, value };
}
function clockText(difference: number): string {
  if (Math.abs(difference) < rightSeconds) return t.state.clockRight;
  return (difference > 0 ? t.state.clockAhead : t.state.clockBehind)(length(Math.abs(difference)));
}

function identity({ firmwareVersion, hardwareVersion, ipAddress, id, createdAt }: Camera): Fact[] {
  return [
    { name: t.state.firmware, value: firmwareVersion ?? t.state.unknown },
    ...(hardwareVersion === null ? [] : [{ name: t.state.hardware, value: hardwareVersion }]),
    ...(ipAddress === null
      ? []
      : [{ name: t.state.address, value: <span className="mono">{ipAddress}</span> }]),
    { name: t.state.id, value: <span className="mono camera-id">{id}</span> },
    { name: t.state.added, value: <Time at={createdAt} as="short" /> },
  ];
}
