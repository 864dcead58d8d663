/**
 * What a password must be: long enough and not easy to guess (OWASP: a length, a check against common passwords, no
 * rules of composition). What is near the user's name or ours is easy.
 */
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import * as common from '@zxcvbn-ts/language-common';
import { badRequest } from '@apiary/base/errors';

const minLength = 12;
/** zxcvbn: 3 is "safely unguessable: moderate protection from an offline attack on a slow hash". */
const minScore = 3;

const estimator = new ZxcvbnFactory({ dictionary: common.dictionary, graphs: common.adjacencyGraphs });

/** @throws AppError 400 `weak_password`, with a sentence that says why */
export function assertGoodPassword(password: string, username: string): void {
  if (Array.from(password).length < minLength)
    throw badRequest('weak_password', `A password must have at least ${minLength} characters.`);
  // Time grows with length; what is longer than this is judged by its beginning.
  const { score } = estimator.check(password.slice(0, 100), [username, 'apiary', 'camera', 'admin']);
  if (score < minScore)
    throw badRequest(
      'weak_password',
      'This password is easy to guess: it is common, repeats itself, or is near your name. Four or more random words are good.',
    );
}
