/** Hands keys and secrets to the container users that read them (`setup --owners compose`, as root). */
import { chmod, chown, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FatalError } from '@apiary/base/errors';
import { certificateFiles } from '@apiary/base/paths';
import { composeGroup, composeUsers, giveTree } from './folders.ts';

/**
 * Who reads which key. The config server hands the cameras' key out, and the dashboard, of the same group, puts it into
 * camera packages. The CA's key stays with root: nothing serves it.
 */
const keyReaders = {
  ca: 0,
  broker: composeUsers.broker,
  config_server: composeUsers['config-server'],
  camera_client: composeUsers['config-server'],
  dashboard: composeUsers.edge,
  turn: composeUsers.coturn,
} as const;

/** @throws FatalError when not run as root */
export async function giveKeysToComposeUsers(certsDir: string): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new FatalError('--owners compose must run as root: it gives keys to the users of the containers.');
  for (const [name, uid] of Object.entries(keyReaders)) {
    const { key } = certificateFiles(certsDir, name as keyof typeof keyReaders);
    if (name === 'camera_client') {
      await chown(key, uid, composeGroup);
      await chmod(key, 0o640);
    } else await chown(key, uid, 0);
  }
}

/** @throws FatalError when not run as root */
export async function giveToComposeUsers(certsDir: string, secretsDir: string): Promise<void> {
  await giveKeysToComposeUsers(certsDir);
  for (const entry of await readdir(secretsDir, { withFileTypes: true })) {
    if (!entry.isDirectory() || !(entry.name in composeUsers)) continue;
    const consumer = entry.name as keyof typeof composeUsers;
    const folder = join(secretsDir, consumer);
    const owner = { uid: composeUsers[consumer], gid: gidOf(consumer) };
    // Files first: a secret made in this run lies in a folder that was handed over long ago.
    for (const file of await readdir(folder)) await chown(join(folder, file), owner.uid, owner.gid);
    await giveTree(folder, owner);
  }
}

/** Our own images share a group; the others have one of their user's number. */
const gidOf = (consumer: keyof typeof composeUsers): number => {
  const uid = composeUsers[consumer];
  return uid >= composeGroup && uid < composeGroup + 100 ? composeGroup : uid;
};
