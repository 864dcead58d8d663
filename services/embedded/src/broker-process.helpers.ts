/** The embedded broker as a child process, for tests that kill it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, testCertificates, waitFor } from '@apiary/test-support';
import { bundleProgram } from '@apiary/test-support/bundle-program';

export const servicePassword = 'password-of-the-service';

export interface BrokerProcess {
  readonly cameraPort: number;
  readonly servicePort: number;
  readonly apiPort: number;
  readonly certificates: Awaited<ReturnType<typeof testCertificates>>;
  start(): Promise<void>;
  /** SIGKILL by default. Resolves with the exit code, null after a kill. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  readonly pid: number | undefined;
}

/** `dir` holds data and secrets; the process is not started yet. */
export async function brokerProcess(dir: string): Promise<BrokerProcess> {
  const certificates = await testCertificates();
  const [cameraPort, servicePort, apiPort] = [await freePort(), await freePort(), await freePort()];
  const program = await bundleProgram(join(import.meta.dirname, 'broker-main.ts'));
  await mkdir(join(dir, 'secrets/broker'), { recursive: true });
  await writeFile(
    join(dir, 'secrets/broker/users.csv'),
    `user_id,password,is_superuser\nsvc-mqtt-processor,${servicePassword},false\n`,
  );
  await writeFile(join(dir, 'secrets/broker/api-keys'), 'test:secret-of-the-test\n');
  const env = {
    SERVER_ADDRESS: '127.0.0.1',
    MQTT_TLS_PORT: String(cameraPort),
    BROKER_PORT: String(servicePort),
    BROKER_API_PORT: String(apiPort),
    CERTS_DIR: certificates.dir,
    SECRETS_DIR: join(dir, 'secrets'),
    DATA_DIR: join(dir, 'data'),
    LOG_LEVEL: 'warn',
  };
  let child: ChildProcess | undefined;

  return {
    cameraPort,
    servicePort,
    apiPort,
    certificates,
    get pid() {
      return child?.pid;
    },
    start: async () => {
      child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'ignore', 'inherit'] });
      await waitFor(async () => {
        if (child?.exitCode !== null) throw new Error('the broker ended by itself');
        return (await fetch(`http://127.0.0.1:${apiPort}/status`)).ok;
      }, 'the broker to answer');
    },
    end: async (signal = 'SIGKILL') => {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return null;
      const exited = once(child, 'exit') as Promise<[number | null]>;
      child.kill(signal);
      return (await exited)[0];
    },
  };
}
