import '@cloudscape-design/global-styles/index.css';
import './shell/colours.css';
import './shell/base.css';
import './shell/page.css';
import './shell/frame.css';
import { createRoot } from 'react-dom/client';
import { dropTokens } from './auth/cognito';
import { loadConfig } from './config/config';
import { App } from './shell/App';
import { CannotStart } from './shell/CannotStart';
import { makeParts } from './shell/parts';
import { beginTheme } from './shell/theme';

async function start(): Promise<void> {
  beginTheme();
  const element = document.getElementById('root');
  if (!element) throw new Error('index.html has no #root');
  const root = createRoot(element);
  let onSignIn: (() => void) | undefined;
  try {
    const parts = makeParts(await loadConfig());
    onSignIn = () => {
      dropTokens();
      window.location.reload();
    };
    root.render(<App parts={parts} />);
    await parts.session.begin();
  } catch (error) {
    root.render(<CannotStart error={error} onSignIn={onSignIn} />);
  }
}

void start();
