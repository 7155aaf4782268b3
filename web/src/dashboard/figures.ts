import { formatCount } from '../common/format';

interface Day {
  day: string;
  images: number;
  complete: boolean;
}

const SHORT = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** `21 Nov` of `2026-11-21`. */
export function dayName(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? day : SHORT.format(date);
}

/** A count; with a plus where counting stopped. */
export function atLeast(count: number, complete: boolean): string {
  return `${count.toLocaleString('en')}${complete ? '' : '+'}`;
}

/** A count, or a dash where it is not known just now. */
export function known(count: number | null): string {
  return count === null ? '–' : count.toLocaleString('en');
}

/** What the chart shows, for people who do not see it. */
export function daySummary(days: readonly Day[]): string {
  const all = days.reduce((sum, { images }) => sum + images, 0);
  const most = days.reduce<Day | null>(
    (top, day) => (top && top.images >= day.images ? top : day),
    null,
  );
  if (!most || all === 0) return `No images in ${formatCount(days.length, 'day')}`;
  return `${formatCount(all, 'image')} in ${formatCount(days.length, 'day')}, most on ${dayName(most.day)}: ${most.images}`;
}
