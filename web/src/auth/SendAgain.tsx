import { useState } from 'react';
import { signInSentence } from './sentences';

/** Has another code mailed, and says what came of it. */
export function SendAgain({ send }: { send: () => Promise<void> }) {
  const [said, setSaid] = useState('');
  const [busy, setBusy] = useState(false);
  const ask = async () => {
    setBusy(true);
    setSaid('');
    try {
      await send();
      setSaid('Another code is on its way. Only the newest one counts.');
    } catch (error) {
      setSaid(signInSentence(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button type="button" className="text-button" disabled={busy} onClick={() => void ask()}>
        Send another code
      </button>
      <span role="status" data-testid="sent-again">
        {said}
      </span>
    </>
  );
}
