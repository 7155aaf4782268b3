import { describe, expect, test } from 'vitest';
import { lifeOf, StableLinks } from './links';

const LINK =
  'https://b.s3.amazonaws.com/k?X-Amz-Date=20261121T093000Z&X-Amz-Expires=900&X-Amz-Signature=';

describe('presigned links', () => {
  test('say how long they work', () => {
    expect(lifeOf(`${LINK}a`)).toBe(900_000);
    expect(lifeOf('https://b/k?X-Amz-Expires=soon')).toBeNull();
    expect(lifeOf('https://b/k')).toBeNull();
  });

  test('the first is used until shortly before its end, so that the picture is loaded once', () => {
    let now = Date.parse('2026-11-21T09:30:00Z');
    const links = new StableLinks(() => now);
    expect(links.use('a', `${LINK}1`)).toBe(`${LINK}1`);
    expect(links.use('a', `${LINK}2`)).toBe(`${LINK}1`);
    expect(links.use('b', `${LINK}2`)).toBe(`${LINK}2`);
    now += 13.9 * 60_000;
    expect(links.use('a', `${LINK}3`)).toBe(`${LINK}1`);
    now += 0.2 * 60_000;
    expect(links.use('a', `${LINK}4`)).toBe(`${LINK}4`);
  });

  test.each([-120, -14, 14, 120])('also by a clock that is %d minutes off', (minutes) => {
    let now = Date.parse('2026-11-21T09:30:00Z') + minutes * 60_000;
    const links = new StableLinks(() => now);
    expect(links.use('a', `${LINK}1`)).toBe(`${LINK}1`);
    now += 5 * 60_000;
    expect(links.use('a', `${LINK}2`)).toBe(`${LINK}1`);
    now += 10 * 60_000;
    expect(links.use('a', `${LINK}3`)).toBe(`${LINK}3`);
  });

  test('one that is shown for long gets no second life from the same answer', () => {
    let now = 0;
    const links = new StableLinks(() => now);
    links.use('a', `${LINK}1`);
    now += 60 * 60_000; // the tab was hidden
    expect(links.use('a', `${LINK}1`)).toBe(`${LINK}1`);
    expect(links.use('a', `${LINK}2`)).toBe(`${LINK}2`);
  });

  test('one of a picture that is gone, or of another user, is not used again', () => {
    const links = new StableLinks(() => 0);
    links.use('a', '/1');
    links.forget('a');
    expect(links.use('a', '/2')).toBe('/2');
    links.clear();
    expect(links.use('a', '/3')).toBe('/3');
  });

  test('a new one is asked for once; then the picture rests for a minute', () => {
    let now = 0;
    const links = new StableLinks(() => now);
    expect(links.use('a', '/1')).toBe('/1');
    expect(links.fail('a', '/1')).toBe(true);
    expect(links.use('a', '/1')).toBeNull();
    expect(links.use('a', '/2')).toBe('/2');
    now = 1_000;
    expect(links.fail('a', '/2')).toBe(false);
    // Each answer has another link, signed a second later.
    for (const fresh of ['/3', '/4']) expect(links.use('a', fresh)).toBeNull();
    expect(links.use('b', '/3')).toBe('/3');
    now += 60_000;
    expect(links.use('a', '/5')).toBe('/5');
    expect(links.fail('a', '/5')).toBe(true);
  });

  test('nor is a user kept from a picture by what failed for the one before', () => {
    const links = new StableLinks(() => 0);
    links.fail('a', '/1');
    links.clear();
    expect(links.use('a', '/1')).toBe('/1');
  });
});
