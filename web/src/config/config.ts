/** The stage that this console belongs to: /config.json, so that one build serves any stage. */

export interface Config {
  stage: string;
  region: string;
  apiUrl: string;
  userPoolId: string;
  userPoolClientId: string;
  cognitoEndpoint: string | null;
  maxBytes: number;
  contentTypes: readonly string[];
  selfSignUp: boolean;
}

/** What is wrong with config.json, as a sentence for whoever set the console up. */
export class ConfigError extends Error {}

const REMEDY = 'Whoever runs this console can write it anew with `sightline console publish`.';

/** Reads the document; raises ConfigError that names the field that is missing or wrong. */
export function parseConfig(document: unknown): Config {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new ConfigError(`config.json is no JSON object. ${REMEDY}`);
  }
  const fields = document as Record<string, unknown>;
  const wrong = (name: string) =>
    new ConfigError(`config.json has no usable \`${name}\`. ${REMEDY}`);
  const text = (name: string): string => {
    const value = fields[name];
    if (typeof value !== 'string' || !value) throw wrong(name);
    return value;
  };
  const maxBytes = fields.max_bytes;
  if (typeof maxBytes !== 'number' || !(maxBytes > 0)) throw wrong('max_bytes');
  const types = fields.content_types;
  if (!Array.isArray(types) || !types.every((type) => typeof type === 'string')) {
    throw wrong('content_types');
  }
  const endpoint = fields.cognito_endpoint ?? null;
  if (endpoint !== null && typeof endpoint !== 'string') throw wrong('cognito_endpoint');
  return {
    stage: text('stage'),
    region: text('region'),
    apiUrl: text('api_url').replace(/\/+$/, ''),
    userPoolId: text('user_pool_id'),
    userPoolClientId: text('user_pool_client_id'),
    cognitoEndpoint: endpoint,
    maxBytes,
    contentTypes: types,
    selfSignUp: fields.self_sign_up === true,
  };
}

/** Loads /config.json; raises ConfigError with a sentence that says what to do. */
export async function loadConfig(get: typeof fetch = fetch): Promise<Config> {
  let answer: Response;
  try {
    answer = await get('/config.json', { cache: 'no-cache' });
  } catch {
    throw new ConfigError('config.json could not be loaded. Check your connection, then reload.');
  }
  if (!answer.ok) {
    throw new ConfigError(`There is no config.json here (${answer.status}). ${REMEDY}`);
  }
  let document: unknown;
  try {
    document = await answer.json();
  } catch {
    // Also when the console's own page came in its place.
    throw new ConfigError(`What stands at /config.json is no JSON. ${REMEDY}`);
  }
  return parseConfig(document);
}
