/** Words of the inbox and the timeline. */
import { plural } from '../plural.ts';

export const review = {
  view: 'View',
  inbox: 'Inbox',
  timeline: 'Timeline',
  unreviewed: (count: number, more: boolean) =>
    count === 0 ? 'All reviewed' : `${more ? `more than ${count}` : count} not reviewed`,
  filter: 'Filter',
  inForce: 'Filters in force',
  state: 'Reviewed or not',
  states: { unreviewed: 'Not reviewed', reviewed: 'Reviewed', all: 'All' },
  day: 'Day',
  from: 'From',
  to: 'Until',
  between: (from: string, to: string) => `${from} to ${to}`,
  cameras: 'Cameras',
  kept: 'Kept',
  onlyKept: 'Only what is kept',

  allDone: 'Nothing left to review',
  allDoneHint: 'What the cameras see next appears here at once.',
  noneHint: 'Take a filter away to see more.',
  selectAll: (count: number) => `Select all ${count} shown`,
  selectNone: 'Clear selection',
  choose: (kind: string, camera: string, time: string) => `Select ${kind} at ${camera}, ${time}`,
  chosen: 'Selected events',
  count: (count: number) => `${count} selected`,
  markReviewed: 'Mark reviewed',
  markUnreviewed: 'Mark not reviewed',
  keep: 'Keep',
  unkeep: 'Let go',
  download: 'Download ZIP',
  zipMost: (most: number) => `Download at most ${most} at once`,
  remove: 'Delete',
  removeTitle: (count: number) => `Delete ${plural(count, 'event', 'events')}?`,
  removeText:
    'They disappear for everybody at once; pictures and recordings are removed for good. What is kept stays.',

  keyNext: 'Next event',
  keyPrevious: 'Previous event',
  keyChoose: 'Select or unselect',
  keyExtend: 'Select up to here',
  keyAll: 'Select all shown',

  dayBefore: 'The day before',
  dayAfter: 'The day after',
  dayEmpty: 'No events on this day',
  scrub: 'Time of the day',
  events: (count: number) => plural(count, 'event', 'events'),
  around: 'At this time',
  nothingAround: 'Nothing within half an hour.',
};
