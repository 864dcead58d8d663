/** Users of the inner listener: `user_id,password,is_superuser`, the file EMQX reads too. Re-read when it changes. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { FatalError, errorMessage } from '@apiary/base/errors';
import { registerSecret } from '@apiary/base/logger';

const header = 'user_id,password,is_superuser';
const hashOf = (text: string | Buffer): Buffer => createHash('sha256').update(text).digest();
/** Compared with when the user is unknown, so that both answers take the same time. */
const nobody = hashOf('');

export class Users {
  #hashes = new Map<string, Buffer>();

  /** @throws FatalError when the file is missing or not of its form */
  async load(path: string): Promise<void> {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      throw new FatalError(`SECRETS_DIR: cannot read the broker's users (${errorMessage(error)}).`);
    }
    const [first, ...lines] = text.trim().split(/\r?\n/);
    if (first?.trim() !== header) throw new FatalError(`SECRETS_DIR: ${path} must begin with "${header}".`);
    const hashes = new Map<string, Buffer>();
    for (const [index, line] of lines.entries()) {
      const [user, password, ...rest] = line.trim().split(',');
      if (user === undefined || user === '' || password === undefined || password === '' || rest.length !== 1)
        throw new FatalError(`SECRETS_DIR: ${path} line ${index + 2} must be user,password,false.`);
      registerSecret(password);
      hashes.set(user, hashOf(password));
    }
    this.#hashes = hashes;
  }

  has(user: string): boolean {
    return this.#hashes.has(user);
  }

  accepts(user: string, password: Buffer | undefined): boolean {
    const expected = this.#hashes.get(user);
    const equal = timingSafeEqual(hashOf(password ?? ''), expected ?? nobody);
    return equal && expected !== undefined;
  }
}
