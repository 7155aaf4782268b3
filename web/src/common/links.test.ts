import { describe, expect, test } from 'vitest';
import { expiryOf, StableLinks } from './links';

const LINK =
  'https://b.s3.amazonaws.com/k?X-Amz-Date=20261121T093000Z&X-Amz-Expires=900&X-Amz-Signature=';

describe('presigned links', () => {
  test('say when they end', () => {
    expect(expiryOf(`${LINK}a`)).toBe(Date.parse('2026-11-21T09:45:00Z'));
    expect(expiryOf('https://b/k?Expires=1000')).toBe(1_000_000);
    expect(expiryOf('https://b/k')).toBeNull();
  });

  test('the first is used until shortly before its end, so that the picture is loaded once', () => {
    let now = Date.parse('2026-11-21T09:31:00Z');
    const links = new StableLinks(() => now);
    expect(links.use('a', `${LINK}1`)).toBe(`${LINK}1`);
    expect(links.use('a', `${LINK}2`)).toBe(`${LINK}1`);
    expect(links.use('b', `${LINK}2`)).toBe(`${LINK}2`);
    now = Date.parse('2026-11-21T09:44:30Z');
    expect(links.use('a', `${LINK}3`)).toBe(`${LINK}3`);
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
