/** Whose fault a failed batch is: a message's (poison), the world's (try again), or hard to tell. */

export type Blame = 'message' | 'world' | 'unsure';

/** SQLSTATE classes only a message can cause: data exceptions, constraints, cardinality, limits. */
const messageStates = /^(21|22|23|54)/;

/**
 * Everything that is not clearly the message's fault is waited out: a missing table or right means that a migration has
 * not run yet, and acknowledging then would lose what cameras said. Internal errors of the server and exceptions of code
 * (ours over a message, or the driver's over a breaking connection) are tried a few times before a message is blamed.
 */
export function blameFor(error: unknown): Blame {
  if (!(error instanceof Error)) return 'unsure';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code)) {
    if (messageStates.test(code)) return 'message';
    return code.startsWith('XX') ? 'unsure' : 'world';
  }
  const ours = error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
  return ours ? 'unsure' : 'world';
}
