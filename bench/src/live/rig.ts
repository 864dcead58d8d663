/** What live view is measured on: an embedded stack of the measurement's own and simulated cameras of this process. */
import { simulatedCameraId, startCamera, type Camera } from '@apiary/camera-simulator';
import { Platform } from '@apiary/test-support/platform';
import { waitFor } from '@apiary/test-support/wait-for';
import { Api } from '../../../test/e2e/api.helpers.ts';

export interface Rig {
  readonly platform: Platform;
  readonly api: Api;
  readonly cameras: readonly Camera[];
  stop(): Promise<void>;
}

const bootTimeoutMs = 60_000;

/** @param firstPort of the media server: an even one with 99 free ones behind it */
export async function startRig(cameraCount: number, firstPort: number): Promise<Rig> {
  const platform = await Platform.open({
    MEDIA_MIN_PORT: String(firstPort),
    MEDIA_MAX_PORT: String(firstPort + 99),
    // A cold start is measured over and over: the camera ends soon after its last viewer.
    LIVE_GRACE_SECONDS: '1',
    LIVE_MAX_VIEWERS_PER_STREAM: '20',
  });
  const cameras: Camera[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(cameras.map((camera) => camera.stop()));
    await platform.close();
  };
  try {
    const ca = await platform.caPem();
    for (let n = 0; n < cameraCount; n += 1)
      cameras.push(
        startCamera({
          cameraId: simulatedCameraId(n, 'live bench'),
          configHost: platform.configHost,
          ca,
        }),
      );
    await Promise.all(cameras.map((camera) => camera.untilConnected(bootTimeoutMs)));
    const api = await Api.loggedIn(platform);
    await waitFor(
      async () => {
        const { cameras: known } = await api.json('GET', '/api/cameras');
        return (
          (known as { connectionStatus: string }[]).filter(
            ({ connectionStatus }) => connectionStatus === 'connected',
          ).length === cameraCount
        );
      },
      'the platform knowing its cameras',
      bootTimeoutMs,
    );
    return { platform, api, cameras, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
