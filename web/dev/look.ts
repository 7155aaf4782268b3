/** Looks at every screen in light, dark and at a phone's width: pictures, and what axe says.
 *
 * Needs `npm run build`, `npm run mock` and a Chromium (CHROMIUM, or /usr/bin/chromium).
 * `npm run look [name ...]` writes dev/screenshots/ and fails when axe finds anything.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { SCREENS, type Screen } from './screens.ts';

const ORIGIN = process.env.ORIGIN ?? 'http://localhost:8090';
const OUT = join(import.meta.dirname, 'screenshots');
const AXE = readFileSync(join(import.meta.dirname, '../node_modules/axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
const LOOKS = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 860 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 860 } },
  phone: { colorScheme: 'light', viewport: { width: 360, height: 740 } },
  'phone-dark': { colorScheme: 'dark', viewport: { width: 360, height: 740 } },
} as const;

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary: string }[];
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.goto(ORIGIN);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill('Any-password-1');
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function look(context: BrowserContext, name: string, screen: Screen): Promise<number> {
  const page = await context.newPage();
  page.setDefaultTimeout(8_000);
  const said: string[] = [];
  page.on('console', (message) => {
    const isExpected = /status of (400|401|404|409)|custom Amazon/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !isExpected)
      said.push(message.text().slice(0, 200));
  });
  page.on('pageerror', (error) => said.push(String(error)));
  if (screen.as) await signIn(page, `${screen.as}@example.com`);
  if (screen.as && screen.at) {
    await page.getByTestId('account').waitFor({ state: 'attached' });
    await page.goto(ORIGIN + screen.at);
  } else if (screen.at) await page.goto(ORIGIN + screen.at);
  await screen.ready?.(page);
  await page.waitForTimeout(600);
  await page.screenshot({ path: join(OUT, `${name}.png`), fullPage: true });
  await page.evaluate(AXE);
  const found = await page.evaluate(async (tags) => {
    const { axe } = window as unknown as {
      axe: { run: (where: Document, how: object) => Promise<{ violations: Violation[] }> };
    };
    return (await axe.run(document, { runOnly: tags })).violations;
  }, TAGS);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 0) said.push(`wider than the window by ${wide} px`);
  for (const { id, impact, nodes } of found) {
    said.push(
      `axe ${impact} ${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}\n      ${nodes[0]?.failureSummary.replaceAll('\n', ' ')}`,
    );
  }
  console.log(`${said.length === 0 ? 'ok ' : 'BAD'} ${name}`);
  for (const line of said) console.log(`    ${line}`);
  await page.close();
  return said.length;
}

mkdirSync(OUT, { recursive: true });
const wanted = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
let bad = 0;
for (const [look_, options] of Object.entries(LOOKS)) {
  for (const [name, screen] of Object.entries(SCREENS)) {
    const full = `${name}-${look_}`;
    if (wanted.length > 0 && !wanted.some((part) => full.includes(part))) continue;
    const context = await browser.newContext({ ...options, reducedMotion: 'reduce' });
    bad += await look(context, full, screen).catch((error: unknown) => {
      console.log(`BAD ${full}\n    ${String(error)}`);
      return 1;
    });
    await context.close();
  }
}
await browser.close();
process.exitCode = bad > 0 ? 1 : 0;
