/** Where things lie under the three folders of an installation. Paths in the database are relative to DATA_DIR. */
import { join } from 'node:path';

/** Files a leaf or CA pair consists of. */
export const certificateFiles = (
  certsDir: string,
  name: 'ca' | 'broker' | 'config_server' | 'dashboard' | 'turn' | 'camera_client',
) => ({
  certificate: join(certsDir, `${name}.crt`),
  key: join(certsDir, `${name}.key`),
});

/** Uploaded files: `<DATA_DIR>/uploads/<camera>/<event>/…`. */
export const uploadsDir = (dataDir: string): string => join(dataDir, 'uploads');
/** Raw first requests and messages of each kind, keys redacted (contract §18). */
export const firstContactDir = (dataDir: string): string => join(dataDir, 'first-contact');
