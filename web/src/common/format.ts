/** Sizes, times and counts as people read them. */

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;

/** A size in bytes, with units of 1,024 as the settings have them: `64 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  // 1023.96 KB would be rounded to `1024 KB`.
  if (unit > 0 && unit < UNITS.length - 1 && Math.round(value * 10) / 10 >= 1024) {
    value /= 1024;
    unit += 1;
  }
  if (unit === 0) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  const rounded = value < 10 ? Math.round(value * 10) / 10 : Math.round(value);
  return `${rounded} ${UNITS[unit]}`;
}

/** `1 image`, `1,000 images`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

const MOMENT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** A time of the API in the reader's own time zone; a dash for none. */
export function formatTime(time: string | null | undefined): string {
  if (!time) return '–';
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : MOMENT.format(date);
}

/** How long ago a time was, in one word and a number: `5 minutes ago`. */
export function formatAge(time: string | null, now: number = Date.now()): string {
  if (!time) return '–';
  const seconds = Math.max(0, (now - new Date(time).getTime()) / 1000);
  if (seconds < 60) return 'just now';
  if (seconds < 3600) return `${formatCount(Math.floor(seconds / 60), 'minute')} ago`;
  if (seconds < 86_400) return `${formatCount(Math.floor(seconds / 3600), 'hour')} ago`;
  return `${formatCount(Math.floor(seconds / 86_400), 'day')} ago`;
}

/** A confidence from 0 to 100: `98 %`. */
export function formatConfidence(confidence: number): string {
  // 99.96 is not certain.
  const shown = confidence < 100 ? Math.min(Math.round(confidence * 10) / 10, 99.9) : 100;
  return `${shown} %`;
}

/** Money: `US$0.04` as `$0.04`; small sums with as many digits as they need. */
export function formatMoney(amount: number, currency: string): string {
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency,
    maximumFractionDigits: amount > 0 && amount < 1 ? 4 : 2,
  }).format(amount);
}

/** A reason as people read it: with a capital letter, and a full stop where it has none. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (!trimmed) return '';
  // By characters: the first may be half of none.
  const [first = '', ...rest] = trimmed;
  return (
    first.toLocaleUpperCase('en') + rest.join('') + (/[.!?…]["”’)]?$/.test(trimmed) ? '' : '.')
  );
}

/** What an image is called in few words: the last part of the key of one that nobody uploaded. */
export function shortName(name: string): string {
  return name.split('/').findLast((part) => part.trim() !== '') ?? name;
}
