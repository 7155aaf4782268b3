import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useApi } from '../api/ApiContext';
import { sentenceOf } from '../api/problem';
import { removalMayPass, removeWithPatience } from '../api/removal';
import type { Image } from '../api/types';
import { useAnnounce } from '../common/announcer';
import { ErrorAlert } from '../common/ErrorAlert';
import { sentence, shortName } from '../common/format';
import { forgetImage } from './forget';

/** Deletes an image, once a person has read what that means. */
export function DeleteImage({ image }: { image: Image }) {
  const api = useApi();
  const client = useQueryClient();
  const announce = useAnnounce();
  const [, navigate] = useLocation();
  const [open, setOpen] = useState(false);
  /** What the last attempt met, while the next one is waited for. */
  const [fault, setFault] = useState<unknown>(null);
  const isHere = useIsHere();
  const id = image.id ?? image.task_id ?? '';
  const remove = useMutation({
    mutationFn: () => removeWithPatience(() => api.remove(id), { onWait: setFault }),
    onMutate: () => setFault(null),
    onError: (error) => {
      announce(`${shortName(image.name)} was not deleted. ${sentence(sentenceOf(error))}`);
      setOpen(true); // also for who closed the dialog while it was tried again
    },
    onSuccess: (how) => {
      const name = shortName(image.name);
      announce(how === 'deleted' ? `${name} is deleted.` : `${name} is not there any more.`);
      // First, so that the page does not ask for what it shows.
      if (isHere.current) navigate('/gallery');
      forgetImage(client, image);
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
              <Button variant="link" onClick={() => setOpen(false)} disabled={remove.isPending}>
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
          {remove.isError && (
            <div data-testid="not-deleted">
              <ErrorAlert title="The image was not deleted" error={remove.error} />
              {removalMayPass(remove.error) && (
                <p>Press Delete again in a minute: that finishes it.</p>
              )}
            </div>
          )}
          {remove.isPending && fault !== null && (
            <p role="status" data-testid="delete-waits">
              {sentence(sentenceOf(fault))} This is tried again by itself.
            </p>
          )}
          <p>
            <strong>{image.name}</strong> goes, with its copies, its result and all decisions on it.
            This cannot be undone.
          </p>
        </SpaceBetween>
      </Modal>
    </>
  );
}

/** False once people have gone to another page. */
function useIsHere() {
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  return isHere;
}
