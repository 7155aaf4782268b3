import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useApi } from '../api/ApiContext';
import type { Image } from '../api/types';
import { useAnnounce } from '../common/announcer';
import { ErrorAlert } from '../common/ErrorAlert';

/** Deletes an image, once a person has read what that means. */
export function DeleteImage({ image }: { image: Image }) {
  const api = useApi();
  const client = useQueryClient();
  const announce = useAnnounce();
  const [, navigate] = useLocation();
  const [open, setOpen] = useState(false);
  const id = image.id ?? image.task_id ?? '';
  const remove = useMutation({
    mutationFn: () => api.remove(id),
    onSuccess: () => {
      client.removeQueries({ queryKey: ['results'] });
      client.removeQueries({ queryKey: ['reviews'] });
      announce(`${image.name} is deleted.`);
      navigate('/gallery');
    },
  });
  return (
    <>
      <Button iconName="remove" onClick={() => setOpen(true)} data-testid="delete">
        Delete
      </Button>
      <Modal
        visible={open}
        onDismiss={() => setOpen(false)}
        closeAriaLabel="Close"
        header="Delete this image?"
        footer={
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={() => setOpen(false)}>
                Keep it
              </Button>
              <Button
                variant="primary"
                loading={remove.isPending}
                onClick={() => remove.mutate()}
                data-testid="delete-confirm"
              >
                Delete
              </Button>
            </SpaceBetween>
          </Box>
        }
      >
        <SpaceBetween size="m">
          {remove.isError && <ErrorAlert title="The image was not deleted" error={remove.error} />}
          <p>
            <strong>{image.name}</strong> goes, with its copies, its result and all decisions on it.
            This cannot be undone.
          </p>
        </SpaceBetween>
      </Modal>
    </>
  );
}
