import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TokenGroup from '@cloudscape-design/components/token-group';
import { useEffect, useState } from 'react';
import type { DecisionRequest, Image } from '../api/types';
import { ErrorAlert } from '../common/ErrorAlert';
import { differenceOf, draftOf, problemOf, rebased, withLabel } from './correction';
import { isOther, seenOf } from './seen';
import { Stale } from './Stale';

interface Props {
  image: Image;
  busy: boolean;
  onSend: (decision: DecisionRequest) => void;
  onCancel: () => void;
}

/** Labels as tokens that can be taken away, lines as inputs; what is sent is the difference. */
export function CorrectionForm({ image, busy, onSend, onCancel }: Props) {
  // What one corrects, though the image may be looked at anew while the form is open.
  const [seen, setSeen] = useState(image);
  const [draft, setDraft] = useState(() => draftOf(image));
  const [lost, setLost] = useState<readonly string[]>([]);
  const [label, setLabel] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const before = draftOf(seen);
  const isStale = isOther(seen, image);
  const change = (next: typeof draft) => {
    setDraft(next);
    setProblem(null);
  };
  const addLabel = () => {
    const next = withLabel(draft, label);
    if (next) {
      change(next);
      setLabel('');
    } else if (label.trim()) setProblem('This label is there already, or its name is too long.');
  };
  const setLine = (index: number, line: string) =>
    change({ ...draft, lines: draft.lines.map((other, at) => (at === index ? line : other)) });
  const send = () => {
    const wrong = problemOf(before, draft);
    const decision = differenceOf(before, draft);
    if (wrong || !decision) setProblem(wrong);
    else onSend({ ...decision, ...seenOf(seen) });
  };
  const takeOver = () => {
    const next = rebased(before, draft, draftOf(image));
    setSeen(image);
    setLost(next.lost);
    change(next.draft);
  };
  const escape = () => {
    const isNew = differenceOf(before, draft) !== null || draft.comment !== '' || label !== '';
    // A slip on a key must not cost what was typed.
    if (isNew) setProblem('You have changed something. Press Cancel to drop it.');
    else onCancel();
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) escape();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });
  return (
    <form
      data-testid="correction"
      aria-label="Correction"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isStale) send();
      }}
    >
      <SpaceBetween size="m">
        {isStale && <Stale before={seen} image={image} onTakeOver={takeOver} />}
        {lost.length > 0 && (
          <div role="alert" className="reason" data-testid="lost-lines">
            <Alert type="info" header="The text was changed by both of you">
              The lines below are those of the other correction. Yours were: {lost.join(' / ')}
            </Alert>
          </div>
        )}
        <div>
          <FormField label="Labels" description="Take away what is wrong, add what is missing.">
            <div className="with-button">
              <Input
                autoComplete={false}
                value={label}
                placeholder="Another label"
                ariaLabel="Another label"
                onChange={({ detail }) => setLabel(detail.value)}
                onKeyDown={(event) => {
                  if (event.detail.key !== 'Enter') return;
                  event.preventDefault();
                  addLabel();
                }}
                autoFocus
              />
              <Button formAction="none" onClick={addLabel}>
                Add label
              </Button>
            </div>
          </FormField>
          <TokenGroup
            items={draft.labels.map((name) => ({
              label: name,
              dismissLabel: `Remove label ${name}`,
            }))}
            onDismiss={({ detail }) =>
              change({ ...draft, labels: draft.labels.filter((_, at) => at !== detail.itemIndex) })
            }
          />
        </div>
        <fieldset className="lines">
          <legend>Text lines</legend>
          {draft.lines.map((line, index) => (
            // Lines have no other name than their place.
            <div className="with-button" key={index}>
              <Input
                autoComplete={false}
                value={line}
                ariaLabel={`Line ${index + 1}`}
                onChange={({ detail }) => setLine(index, detail.value)}
              />
              <Button
                formAction="none"
                iconName="close"
                variant="icon"
                ariaLabel={`Remove line ${index + 1}`}
                onClick={() =>
                  change({ ...draft, lines: draft.lines.filter((_, at) => at !== index) })
                }
              />
            </div>
          ))}
          <Button
            formAction="none"
            iconName="add-plus"
            onClick={() => change({ ...draft, lines: [...draft.lines, ''] })}
          >
            Add line
          </Button>
        </fieldset>
        <FormField label="Comment (optional)">
          <Input
            autoComplete={false}
            value={draft.comment}
            onChange={({ detail }) => change({ ...draft, comment: detail.value })}
          />
        </FormField>
        {problem && <ErrorAlert title="This cannot be sent yet" error={new Error(problem)} />}
        <div className="actions">
          <Button
            variant="primary"
            loading={busy}
            disabled={isStale}
            formAction="submit"
            data-testid="correction-send"
          >
            Save correction
          </Button>
          <Button formAction="none" onClick={onCancel}>
            Cancel
          </Button>
        </div>
      </SpaceBetween>
    </form>
  );
}
