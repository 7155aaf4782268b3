import { describe, expect, test } from 'vitest';
import { loadConfig, parseConfig } from './config';

const DOCUMENT = {
  stage: 'dev',
  region: 'eu-west-1',
  api_url: 'https://api/v1/',
  user_pool_id: 'p',
  user_pool_client_id: 'c',
  cognito_endpoint: null,
  max_bytes: 67108864,
  content_types: ['image/jpeg'],
  self_sign_up: false,
};
const answer =
  (body: string, status = 200) =>
  async () =>
    new Response(body, { status });

describe('config.json', () => {
  test('is read, and the API has no slash at its end', () => {
    expect(parseConfig(DOCUMENT)).toMatchObject({
      apiUrl: 'https://api/v1',
      cognitoEndpoint: null,
      selfSignUp: false,
    });
  });

  test.each([
    'stage',
    'region',
    'api_url',
    'user_pool_id',
    'user_pool_client_id',
    'max_bytes',
    'content_types',
  ])('without %s the sentence names it', (name) => {
    expect(() => parseConfig({ ...DOCUMENT, [name]: undefined })).toThrow(`\`${name}\``);
  });

  test.each([null, [], 'text', 7])('%o is no config', (document) => {
    expect(() => parseConfig(document)).toThrow('no JSON object');
  });

  test('a missing one, and a page in its place, say what to do', async () => {
    await expect(loadConfig(answer('', 404))).rejects.toThrow('sightline console publish');
    await expect(loadConfig(answer('<!doctype html>'))).rejects.toThrow('no JSON');
    await expect(loadConfig(async () => Promise.reject(new TypeError('x')))).rejects.toThrow(
      'connection',
    );
  });
});
