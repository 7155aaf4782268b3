/** The screens that `npm run look` looks at, and how to get there in the mock. */
import type { Page } from 'playwright-core';

export interface Screen {
  /** Who is signed in; nobody without it. */
  as?: string;
  at?: string;
  /** What is done there before the picture is taken. */
  ready?: (page: Page) => Promise<unknown>;
}

const id = (number: number): string => number.toString(16).padStart(32, '0');
const press = (name: string) => (page: Page) =>
  page.getByRole('button', { name, exact: true }).click();
const seen = (text: string) => (page: Page) =>
  page.locator('body').getByText(text).first().waitFor();

async function tryToSignIn(page: Page, email: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill('Any-password-1');
  await press('Sign in')(page);
}

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP4z8CAB+GTG8HSALfKY52fTcuYAAAAAElFTkSuQmCC',
  'base64',
);

async function upload(page: Page): Promise<void> {
  const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'image/png', buffer });
  await page
    .getByTestId('file-input')
    .setInputFiles([
      file('sign.png', PNG),
      file('copy-of-sign.png', PNG),
      file(
        'holiday-in-the-mountains-with-a-rather-long-name.png',
        Buffer.concat([PNG, Buffer.from('2')]),
      ),
      file('notes.txt', Buffer.from('no image at all')),
      file('empty.jpg', Buffer.alloc(0)),
    ]);
}

export const SCREENS: Record<string, Screen> = {
  'cannot-start': {
    at: '/',
    ready: async (page) => {
      await page.route('**/config.json', (route) => route.fulfill({ status: 404 }));
      await page.reload();
      await page.getByTestId('cannot-start').waitFor();
    },
  },
  'sign-up': {
    at: '/',
    ready: async (page) => {
      await page.route('**/config.json', async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ json: { ...(await answer.json()), self_sign_up: true } });
      });
      await page.reload();
      await press('Make an account')(page);
      await seen('Back to sign-in')(page);
    },
  },
  menu: {
    as: 'admin',
    at: '/dashboard',
    ready: async (page) => {
      const menu = page.getByRole('button', { name: 'Menu' });
      if (await menu.isVisible()) await menu.click();
    },
  },
  'sign-in': { at: '/', ready: seen('Forgotten your password?') },
  'sign-in-wrong': {
    at: '/',
    ready: async (page) => {
      await tryToSignIn(page, 'wrong@example.com');
      await seen('is wrong')(page);
    },
  },
  forgotten: {
    at: '/',
    ready: async (page) => {
      await press('Forgotten your password?')(page);
      await seen('Send me a code')(page);
    },
  },
  'new-password': {
    at: '/',
    ready: async (page) => {
      await tryToSignIn(page, 'new@example.com');
      await seen('first sign-in')(page);
    },
  },
  code: {
    at: '/',
    ready: async (page) => {
      await tryToSignIn(page, 'totp@example.com');
      await seen('Six digits')(page);
    },
  },
  'set-up-app': {
    at: '/',
    ready: async (page) => {
      await tryToSignIn(page, 'setup@example.com');
      await page.getByTestId('totp-secret').waitFor();
    },
  },
  'no-group': { as: 'nobody', at: '/gallery', ready: seen('You are in no group yet') },
  gallery: {
    as: 'uploader',
    at: '/gallery',
    ready: (page) => page.getByTestId('image-card').first().waitFor(),
  },
  'gallery-search': {
    as: 'uploader',
    at: '/gallery?text=parking&status=done',
    ready: (page) => page.getByTestId('image-card').first().waitFor(),
  },
  'gallery-nothing': { as: 'uploader', at: '/gallery?text=zebra', ready: seen('No image fits') },
  'gallery-empty': { as: 'empty', at: '/gallery', ready: seen('There are no images yet') },
  upload: { as: 'uploader', at: '/upload', ready: seen('Drop images') },
  'upload-running': {
    as: 'uploader',
    at: '/upload',
    ready: async (page) => {
      await upload(page);
      await page.locator('[data-phase=ended]').nth(1).waitFor();
    },
  },
  image: {
    as: 'uploader',
    at: `/images/${id(1)}`,
    ready: async (page) => {
      await page.locator('.overlay').waitFor();
      await page.getByTestId('box-text').first().hover();
    },
  },
  'image-processed': {
    as: 'uploader',
    at: `/images/${id(3)}`,
    ready: async (page) => {
      await page.getByTestId('toggle-processed').check();
      await page.getByRole('tab', { name: 'Facts' }).click();
    },
  },
  'image-history': {
    as: 'uploader',
    at: `/images/${id(4)}`,
    ready: async (page) => page.getByRole('tab', { name: 'History' }).click(),
  },
  'image-delete': {
    as: 'uploader',
    at: `/images/${id(3)}`,
    ready: async (page) => {
      await page.getByTestId('delete').click();
      await seen('cannot be undone')(page);
    },
  },
  'image-missing': {
    as: 'uploader',
    at: `/images/${id(99999)}`,
    ready: seen('could not be loaded'),
  },
  review: {
    as: 'reviewer',
    at: '/review',
    ready: async (page) => {
      await page.getByTestId('review-row').first().waitFor();
      await page.getByLabel('Select street-054.jpg').check();
    },
  },
  'review-image': {
    as: 'reviewer',
    at: `/review/${id(70)}`,
    ready: (page) => page.locator('.overlay').waitFor(),
  },
  'review-correct': {
    as: 'reviewer',
    at: `/review/${id(66)}`,
    ready: async (page) => {
      await page.locator('.overlay').waitFor();
      await page.keyboard.press('c');
      await page.getByTestId('correction').waitFor();
    },
  },
  'review-reject': {
    as: 'reviewer',
    at: `/review/${id(66)}`,
    ready: async (page) => {
      await page.locator('.overlay').waitFor();
      await page.keyboard.press('r');
      await seen('Reason')(page);
    },
  },
  'review-keys': {
    as: 'reviewer',
    at: `/review/${id(66)}`,
    ready: async (page) => {
      await page.locator('.overlay').waitFor();
      await page.keyboard.press('?');
      await page.getByTestId('keys-help').waitFor();
    },
  },
  'review-taken': {
    as: 'reviewer',
    at: `/review/${id(62)}`,
    ready: seen('Somebody else is looking'),
  },
  dashboard: { as: 'admin', at: '/dashboard', ready: (page) => page.getByTestId('cost').waitFor() },
  batches: { as: 'admin', at: '/batches', ready: seen('archive-2024') },
  'batch-new': {
    as: 'admin',
    at: '/batches',
    ready: async (page) => {
      await page.getByTestId('new-batch').click();
      await seen('Make the batch')(page);
    },
  },
  'batch-listed': { as: 'admin', at: '/batches/archive-2025', ready: seen('What it costs') },
  'batch-running': { as: 'admin', at: '/batches/archive-2024', ready: seen('About this batch') },
  account: { as: 'uploader', at: '/account', ready: seen('Change password') },
  'not-found': { as: 'uploader', at: '/dashboard', ready: seen('There is no such page') },
};
