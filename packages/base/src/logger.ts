/** Structured log: one JSON line a fact, on stdout. Secrets registered here are masked wherever they turn up. */
import { pino, type Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;

const secrets = new Set<string>();

/** Registers a value that must never be printed. Shorter than 6 characters would mask ordinary words: ignored. */
export function registerSecret(value: string): void {
  if (value.length >= 6) secrets.add(value);
}

/** Replaces every registered secret in a text. */
export function maskSecrets(text: string): string {
  let masked = text;
  for (const secret of secrets) if (masked.includes(secret)) masked = masked.replaceAll(secret, '[masked]');
  return masked;
}

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof logLevels)[number];

/** A logger whose lines carry `service`. `destination` is for tests; the default is stdout. */
export function createLogger(
  service: string,
  level: LogLevel = 'info',
  destination: { write(line: string): void } = process.stdout,
): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // Names of fields that hold credentials, whatever their value.
      redact: {
        paths: [
          'password',
          '*.password',
          'privateKey',
          '*.privateKey',
          'clientKey',
          '*.clientKey',
          'cookie',
          '*.cookie',
          'authorization',
          '*.authorization',
        ],
        censor: '[masked]',
      },
    },
    {
      write: (line: string) => {
        destination.write(maskSecrets(line));
      },
    },
  );
}

/** Discards everything: for tests of code that logs. */
export const silentLogger: Logger = pino({ level: 'silent' });
