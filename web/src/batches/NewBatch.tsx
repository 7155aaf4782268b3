import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useApi } from '../api/ApiContext';
import { ErrorAlert } from '../common/ErrorAlert';

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Makes a batch: it is listed at once, and costs nothing until it is started. */
export function NewBatch({ onClose }: { onClose: () => void }) {
  const api = useApi();
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const [bucket, setBucket] = useState('');
  const [prefix, setPrefix] = useState('');
  const [name, setName] = useState('');
  const [again, setAgain] = useState(false);
  const [problem, setProblem] = useState('');
  const create = useMutation({
    mutationFn: () =>
      api.createBatch({
        bucket: bucket.trim(),
        prefix: prefix.trim(),
        name: name.trim() || null,
        again,
      }),
    onSuccess: (batch) => {
      void client.invalidateQueries({ queryKey: ['batches'] });
      navigate(`/batches/${batch.id}`);
    },
  });
  const send = () => {
    if (BUCKET.test(bucket.trim())) create.mutate();
    else setProblem('Type the name of a bucket: small letters, digits, dots and hyphens.');
  };
  return (
    <Modal visible onDismiss={onClose} closeAriaLabel="Close" header="New batch">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <SpaceBetween size="m">
          {create.isError && <ErrorAlert title="The batch was not made" error={create.error} />}
          <FormField label="Bucket" errorText={problem}>
            <Input
              autoComplete={false}
              name="bucket"
              value={bucket}
              autoFocus
              spellcheck={false}
              onChange={({ detail }) => {
                setBucket(detail.value);
                setProblem('');
              }}
            />
          </FormField>
          <FormField
            label="Prefix (optional)"
            description="The images whose keys begin with it, as photos/2026/."
          >
            <Input
              autoComplete={false}
              name="prefix"
              value={prefix}
              spellcheck={false}
              onChange={({ detail }) => setPrefix(detail.value)}
            />
          </FormField>
          <FormField label="Name (optional)">
            <Input
              autoComplete={false}
              name="name"
              value={name}
              onChange={({ detail }) => setName(detail.value)}
            />
          </FormField>
          <label className="toggle">
            <input
              type="checkbox"
              checked={again}
              onChange={(event) => setAgain(event.target.checked)}
            />
            Analyse anew what has been analysed before (this is paid again)
          </label>
          <div className="actions">
            <Button
              variant="primary"
              formAction="submit"
              loading={create.isPending}
              data-testid="batch-create"
            >
              Make the batch
            </Button>
            <Button formAction="none" onClick={onClose}>
              Cancel
            </Button>
          </div>
        </SpaceBetween>
      </form>
    </Modal>
  );
}
