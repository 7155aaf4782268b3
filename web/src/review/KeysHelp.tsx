import Modal from '@cloudscape-design/components/modal';
import { HELP } from './keys';

interface Props {
  enabled: boolean;
  setEnabled: (enabled: boolean) => void;
  onClose: () => void;
}

/** The keys, and a switch for people whom they disturb. */
export function KeysHelp({ enabled, setEnabled, onClose }: Props) {
  return (
    <Modal visible onDismiss={onClose} closeAriaLabel="Close" header="Keyboard shortcuts">
      <dl className="keys" data-testid="keys-help">
        {HELP.map(({ key, does }) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label className="toggle">
        <input
          type="checkbox"
          checked={enabled}
          onChange={(event) => setEnabled(event.target.checked)}
        />
        Use these keys
      </label>
    </Modal>
  );
}
