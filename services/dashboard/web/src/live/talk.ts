/**
 * Push-to-talk: the microphone goes into the audio pair that is there already, without a new offer. Asked for at the
 * first press, never to watch. "Ready" means that sound is leaving this machine, not that a button is down.
 */
import type { Clock } from './clock.ts';

export type TalkState =
  | { readonly name: 'off' }
  | { readonly name: 'enabling' }
  | { readonly name: 'ready' }
  | { readonly name: 'failed'; readonly reason: TalkFailure };
export type TalkFailure = 'insecure' | 'denied' | 'no-microphone' | 'no-connection' | 'not-sent';

export interface Talk {
  readonly state: () => TalkState;
  readonly subscribe: (listener: () => void) => () => void;
  press(): void;
  release(): void;
  /** Gives the microphone back. */
  close(): void;
}

export interface TalkOptions {
  readonly clock: Clock;
  /** Undefined on a page without HTTPS: browsers give it no microphone. */
  readonly devices: Pick<MediaDevices, 'getUserMedia'> | undefined;
  readonly sender: () => RTCRtpSender | undefined;
  /** Tells the server: it passes on the voice of whoever talks, and nobody else's. */
  readonly tell: (active: boolean) => void;
  /** Packets of voice sent so far. */
  readonly sentPackets: () => Promise<number | undefined>;
}

/** Kept this long after a release, switched off: people answer within seconds. */
const keptMs = 8000;
const pollMs = 40;
const readyTimeoutMs = 4000;

export function createTalk({ clock, devices, sender, tell, sentPackets }: TalkOptions): Talk {
  const listeners = new Set<() => void>();
  let state: TalkState = { name: 'off' };
  let held = false;
  /** Counts presses: what an earlier one was waiting for is no longer wanted. */
  let press = 0;
  let microphone: MediaStreamTrack | undefined;
  /** While the browser asks the person; a second press waits for the same answer. */
  let opening: Promise<MediaStreamTrack> | undefined;
  let closed = false;
  let told = false;
  let cancelKeeping: (() => void) | undefined;

  function become(next: TalkState): void {
    state = next;
    for (const listener of listeners) listener();
  }

  async function openMicrophone(): Promise<MediaStreamTrack> {
    if (microphone?.readyState === 'live') return microphone;
    opening ??= askForMicrophone().finally(() => {
      opening = undefined;
    });
    return opening;
  }

  async function askForMicrophone(): Promise<MediaStreamTrack> {
    if (devices === undefined) throw new TalkError('insecure');
    const stream = await devices
      .getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } })
      .catch((error: unknown) => {
        const name = error instanceof Error ? error.name : '';
        throw new TalkError(
          name === 'NotAllowedError' || name === 'SecurityError' ? 'denied' : 'no-microphone',
        );
      });
    const [track] = stream.getAudioTracks();
    if (track === undefined) throw new TalkError('no-microphone');
    track.enabled = false;
    microphone = track;
    if (closed) giveBack();
    return track;
  }

  async function enable(mine: number): Promise<void> {
    const wanted = (): boolean => held && press === mine;
    const track = await openMicrophone();
    if (!wanted()) return;
    const to = sender();
    if (to === undefined) throw new TalkError('no-connection');
    const before = (await sentPackets()) ?? 0;
    track.enabled = true;
    told = true;
    tell(true);
    await to.replaceTrack(track);
    const deadline = clock.now() + readyTimeoutMs;
    for (;;) {
      if (!wanted()) return;
      if (((await sentPackets()) ?? 0) > before) break;
      if (clock.now() > deadline) throw new TalkError('not-sent');
      await new Promise<void>((resolve) => clock.after(pollMs, resolve));
    }
    if (wanted()) become({ name: 'ready' });
  }

  function silence(): void {
    if (told) tell(false);
    told = false;
    if (microphone !== undefined) microphone.enabled = false;
    sender()
      ?.replaceTrack(null)
      .catch(() => undefined);
  }
  function giveBack(): void {
    microphone?.stop();
    microphone = undefined;
  }
  function keepAWhile(): void {
    cancelKeeping?.();
    cancelKeeping = clock.after(keptMs, giveBack);
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    press() {
      if (held) return;
      closed = false;
      held = true;
      press += 1;
      const mine = press;
      cancelKeeping?.();
      become({ name: 'enabling' });
      enable(mine)
        .catch((error: unknown) => {
          if (press !== mine) return;
          silence();
          become({ name: 'failed', reason: error instanceof TalkError ? error.reason : 'no-connection' });
        })
        .finally(() => {
          // Let go while the browser was asking: the microphone came too late to be used.
          if (!held && press === mine) keepAWhile();
        });
    },
    release() {
      if (!held) return;
      held = false;
      silence();
      keepAWhile();
      if (state.name !== 'failed') become({ name: 'off' });
    },
    close() {
      closed = true;
      held = false;
      press += 1;
      cancelKeeping?.();
      silence();
      giveBack();
    },
  };
}

class TalkError extends Error {
  override readonly name = 'TalkError';
  readonly reason: TalkFailure;
  constructor(reason: TalkFailure) {
    super(reason);
    this.reason = reason;
  }
}
