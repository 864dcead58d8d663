/** Folders under DATA_DIR, and which user each belongs to. */
import { chmod, chown, lchown, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FatalError, errorMessage } from '@apiary/base/errors';
import { firstContactDir, uploadsDir } from '@apiary/base/paths';

/** Users of the containers of docker-compose.yml; services share one group to hand recordings on. */
export const composeUsers = {
  'config-server': 10001,
  'mqtt-processor': 10002,
  dashboard: 10003,
  livestream: 10004,
  notifier: 10005,
  broker: 1000,
  postgres: 999,
  edge: 101,
  coturn: 65534,
  'media-server': 10006,
  // The migration; the set-up itself runs as root.
  admin: 10000,
} as const;
export const composeGroup = 10000;
/** Whom PostgreSQL runs as where root may not enter a user namespace (packages/postgres-server). */
const nobody = 65534;

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The cluster's place on both stacks: where the official image keeps it below its volume. */
export const postgresClusterDir = (dataDir: string): string => join(dataDir, 'postgres', '18', 'docker');
export const brokerDir = (dataDir: string): string => join(dataDir, 'broker');
export const cameraPackagesDir = (dataDir: string): string => join(dataDir, 'camera-packages');

interface FolderPlan {
  readonly path: string;
  readonly mode: number;
  /** undefined: belongs to whoever runs the set-up on either stack. */
  readonly composeOwner?: Owner;
}

const folderPlans = (dataDir: string): readonly FolderPlan[] => {
  const configServer: Owner = { uid: composeUsers['config-server'], gid: composeGroup };
  return [
    // Setgid: what config-server writes there, the dashboard reads as a member of the group.
    { path: uploadsDir(dataDir), mode: 0o2750, composeOwner: configServer },
    { path: firstContactDir(dataDir), mode: 0o2770, composeOwner: configServer },
    {
      path: join(dataDir, 'postgres'),
      mode: 0o700,
      composeOwner: { uid: composeUsers.postgres, gid: composeUsers.postgres },
    },
    {
      path: brokerDir(dataDir),
      mode: 0o750,
      composeOwner: { uid: composeUsers.broker, gid: composeUsers.broker },
    },
    { path: join(dataDir, 'run'), mode: 0o750 },
    { path: join(dataDir, 'logs'), mode: 0o750 },
  ];
};

/**
 * Makes the folders of DATA_DIR. As root each tree is handed to its user, also when another stack used it before: only
 * then is the whole tree walked, its top last, so that a run cut short is taken up again.
 */
export async function ensureFolders(dataDir: string, owners: 'compose' | 'self'): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o755 });
    for (const { path, mode, composeOwner } of folderPlans(dataDir)) {
      await mkdir(path, { recursive: true, mode });
      const owner = owners === 'compose' ? composeOwner : undefined;
      await giveTree(path, owner ?? self());
      const now = await stat(path);
      // Only the owner may change the mode; chown as root drops the setgid bit, so this comes after it.
      if ((now.mode & 0o7777) !== mode && (isRoot() || now.uid === process.getuid?.()))
        await chmod(path, mode);
    }
  } catch (error) {
    throw new FatalError(
      `DATA_DIR: cannot prepare ${dataDir} (${errorMessage(error)}). Run this as the user who owns it, or as root.`,
    );
  }
}

const isRoot = (): boolean => process.getuid?.() === 0;
const self = (): Owner => ({ uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 });

/** Does nothing unless run as root. */
export async function giveTree(path: string, owner: Owner): Promise<void> {
  if (!isRoot()) return;
  const now = await stat(path);
  if (now.uid === owner.uid && now.gid === owner.gid) return;
  if (owner.uid === 0 && now.uid === nobody) return;
  await giveContent(path, owner);
  await chown(path, owner.uid, owner.gid);
}

async function giveContent(path: string, owner: Owner): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) {
      const { mode } = await stat(inner);
      await giveContent(inner, owner);
      await chown(inner, owner.uid, owner.gid);
      if ((mode & 0o7000) !== 0) await chmod(inner, mode & 0o7777);
    } else await lchown(inner, owner.uid, owner.gid);
  }
}
