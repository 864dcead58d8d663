/** docs/ref/contract.md names every topic of the contract, and no other. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cameraTopics, commandNames, commandTopic } from './topics.ts';

const page = readFileSync(new URL('../../../docs/ref/contract.md', import.meta.url), 'utf8');
const topicsOfPage = new Set([...page.matchAll(/`(prod\/[^`]+)`/g)].map((match) => match[1] ?? ''));

describe('docs/ref/contract.md', () => {
  it('lists the topics the code builds', () => {
    const built = [
      cameraTopics.connection('{ID}'),
      cameraTopics.status('{ID}'),
      cameraTopics.activityStart('{ID}'),
      cameraTopics.activityStop('{ID}'),
      cameraTopics.state('{ID}'),
      ...commandNames.map((name) => commandTopic('{ID}', name)),
    ];
    expect([...topicsOfPage].sort()).toEqual([...built].sort());
  });
});
