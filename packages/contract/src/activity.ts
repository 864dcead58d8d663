/** Activity types and their families (contract §6.3): match by what a type contains, never by exact string. */

export const activityKinds = ['motion', 'person', 'sound'] as const;
export type ActivityKind = (typeof activityKinds)[number];

export const defaultActivityType = 'MOTION';

export function activityKind(activityType: string): ActivityKind {
  const type = activityType.toUpperCase();
  if (type.includes('SMART') || type.includes('PERSON')) return 'person';
  if (type.includes('AUDIO') || type.includes('SOUND')) return 'sound';
  return 'motion';
}
