/** A stand-in for API, Cognito and S3, for development and for looking at the screens.
 *
 * `npm run mock`: http://localhost:8090, with dist/ if it was built, under the policy of the stage.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { api } from './api.ts';
import { cognito, emailIn, expireAll } from './cognito.ts';
import { picture } from './pictures.ts';

const PORT = Number(process.env.PORT ?? 8090);
const DIST = join(import.meta.dirname, '..', 'dist');
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
};

const config = (port: number) => ({
  stage: 'mock',
  region: 'eu-west-1',
  api_url: `http://localhost:${port}/api`,
  user_pool_id: 'eu-west-1_Mocked00',
  user_pool_client_id: 'mockedclient',
  cognito_endpoint: `http://localhost:${port}/cognito/`,
  max_bytes: 64 * 1024 * 1024,
  content_types: [
    'image/jpeg',
    'image/png',
    'image/webp',
    'image/heic',
    'image/heif',
    'image/tiff',
    'image/bmp',
    'image/gif',
  ],
  self_sign_up: process.env.SELF_SIGN_UP === '1',
});

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer | null,
): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Security-Policy': POLICY,
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(body ?? undefined);
}

function sendFile(response: ServerResponse, path: string): void {
  const wanted = normalize(path).replace(/^(\.\.[/\\])+/, '');
  const file = extname(wanted) ? wanted : '/index.html';
  try {
    send(
      response,
      200,
      TYPES[extname(file)] ?? 'application/octet-stream',
      readFileSync(join(DIST, file)),
    );
  } catch {
    send(response, 404, 'text/plain', 'Not found. Is dist/ built?');
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const method = request.method ?? 'GET';
  const body = await bodyOf(request);
  const asked = () => (body.length > 0 ? JSON.parse(body.toString()) : {});
  // Behind Vite's server the console is at another port, and so are we for it.
  const port = Number(request.headers.host?.split(':')[1] ?? PORT);
  if (url.pathname === '/config.json') {
    send(response, 200, 'application/json', JSON.stringify(config(port)));
  } else if (url.pathname === '/mock/expire') {
    expireAll();
    send(response, 204, 'text/plain', null);
  } else if (url.pathname.startsWith('/cognito')) {
    const action = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    const said = cognito(action, asked());
    send(response, said.status, 'application/x-amz-json-1.1', JSON.stringify(said.body));
  } else if (url.pathname.startsWith('/api/')) {
    const email = emailIn(request.headers.authorization);
    const said = email
      ? api(method, url.pathname.slice(4), url.searchParams, email, asked())
      : { status: 401, body: { message: 'The incoming token has expired' } };
    const type = said.status < 400 ? 'application/json' : 'application/problem+json';
    send(response, said.status, type, said.status === 204 ? null : JSON.stringify(said.body));
  } else if (url.pathname === '/s3/upload') {
    send(response, 204, 'text/plain', null);
  } else if (url.pathname.startsWith('/s3/result')) {
    send(response, 200, 'application/json', '{}');
  } else if (url.pathname.startsWith('/s3/')) {
    const [, , kind, id = ''] = url.pathname.split('/');
    send(response, 200, 'image/svg+xml', picture(id, kind === 'thumbnail'));
  } else {
    sendFile(response, url.pathname);
  }
}

createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    console.error(error);
    send(response, 500, 'text/plain', 'The mock is broken; see its output.');
  });
}).listen(PORT, 'localhost', () => console.log(`Sightline's mock: http://localhost:${PORT}`));
